import { memo } from "react";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useShortTime } from "../../i18n/use_today.js";
import { hrefOf } from "../../routes/route.js";
import type { NotificationLevel, RoomEntry } from "../../state/types.js";
import type { RoomSummary } from "../../state/room_list.js";
import { useApp, useContacts, useMe, usePerson, useStore, useTyping } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Badge } from "../../ui/Badge.js";
import { Icon } from "../../ui/Icon.js";
import { PersonAvatar } from "../people/PersonAvatar.js";
import { useNames } from "../text/names.js";
import { plainText } from "../text/plain.js";

type Props = RoomSummary & { current: boolean; level: NotificationLevel; pinned: boolean; tabIndex: 0 | -1 };

const MOST = 999;

/** A room in the list: its name, what was said last and when, and how much is unread. */
export const RoomItem = memo(function RoomItem({ room, lastMessage, saidAt, draft, current, level, pinned, tabIndex }: Props) {
    const muted = level === "none";
    const { titleOf } = useNames();
    const title = titleOf(room);
    return (
        <a
            className="room-item"
            href={hrefOf({ at: "room", room: room.id })}
            aria-current={current ? "page" : undefined}
            tabIndex={tabIndex}
            data-testid="room-item"
            data-room={room.id}
            data-unread={room.unread > 0}
            data-pinned={pinned}
        >
            {room.peer && !room.peer.deleted ? <PersonAvatar id={room.peer.id} name={title} /> : <Avatar id={room.id} name={title} group={room.kind === "group"} />}
            <span className="room-item-text">
                <span className="room-item-line">
                    <span className="room-item-title">
                        <bdi className="one-line">{title}</bdi>
                        {muted && <Icon name="bellOff" />}
                        {muted && <span className="hidden-visually">{t("rooms.muted")}</span>}
                        <Reported room={room.id} />
                    </span>
                    {lastMessage && <SaidAt time={lastMessage.created_at} />}
                </span>
                <span className="room-item-line">
                    <Preview room={room} lastMessage={lastMessage} saidAt={saidAt} draft={draft} />
                    <Mentions count={room.mentions} />
                    {room.unread > 0 ? (
                        <Badge
                            count={room.unread}
                            shown={room.unread > MOST ? `${numberText(MOST)}+` : numberText(room.unread)}
                            label={t("rooms.unread")}
                            quiet={level !== "all"}
                            testid="unread"
                        />
                    ) : (
                        pinned && (
                            <span className="room-item-pin">
                                <Icon name="pin" />
                                <span className="hidden-visually">{t("rooms.pinned")}</span>
                            </span>
                        )
                    )}
                </span>
            </span>
        </a>
    );
});

function SaidAt({ time }: { time: string }) {
    return <time dateTime={time}>{useShortTime(time)}</time>;
}

/** To those who decide of reports in a group: that some wait. */
function Reported({ room }: { room: string }) {
    const open = useStore(useApp().reports).open.get(room) ?? 0;
    if (open === 0) return null;
    return (
        <span className="room-item-reported" data-testid="reported">
            <Icon name="alert" />
            <span className="hidden-visually">{t("reports.open", { count: open })}</span>
        </span>
    );
}

/** How many of the unread, also in threads, speak to oneself; those of a muted room ask for a look too. */
export function Mentions({ count }: { count: number }) {
    if (count === 0) return null;
    const shown = count > MOST ? `${numberText(MOST)}+` : numberText(count);
    return <Badge count={count} shown={count === 1 ? "@" : `@${shown}`} label={t("rooms.mentions", { count })} testid="mentions" />;
}

function Preview({ room, lastMessage, saidAt, draft = "" }: RoomSummary) {
    const typing = useTyping(room.id);
    const { blocked } = useContacts();
    if (typing.length > 0) return <span className="room-item-typing one-line">{t("rooms.typing")}</span>;
    if (draft.trim() !== "") {
        return (
            <span className="room-item-preview">
                <span className="room-item-draft">{t("rooms.said", { name: t("rooms.draft") })}</span>
                <Words text={draft} />
            </span>
        );
    }
    if (lastMessage && blocked.has(lastMessage.sender)) return <span className="room-item-preview one-line">{t("message.folded")}</span>;
    if (!lastMessage) return <span className="room-item-preview one-line">{saidAt === undefined && t(hasLost(room) ? "timeline.pruned" : "rooms.nothing_yet")}</span>;
    return (
        <span className="room-item-preview">
            <Sender id={lastMessage.sender} group={room.kind === "group"} />
            <Words text={lastMessage.content.text} />
        </span>
    );
}

/** A box of its own direction: what does not fit is cut off at the text's end, not at the line's. */
function Words({ text }: { text: string }) {
    return (
        <span className="one-line" dir="auto">
            {plainText(text) || t("message.deleted")}
        </span>
    );
}

/** Of a direct chat only that it was oneself need be said. */
function Sender({ id, group }: { id: string; group: boolean }) {
    const me = useMe();
    const { nameOf } = useNames();
    const person = usePerson(id);
    if (id !== me.id && !group) return null;
    return <span className="room-item-sender one-line">{t("rooms.said", { name: id === me.id ? t("rooms.you") : nameOf(person) })}</span>;
}

/** What was said in it has gone; or, of nothing but that, one came only then. */
function hasLost({ first_seq, from_seq }: RoomEntry): boolean {
    return first_seq > 1 && first_seq !== from_seq;
}
