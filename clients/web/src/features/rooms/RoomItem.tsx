import { memo } from "react";
import { shortTime, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { RoomSummary } from "../../state/room_list.js";
import { useMe, usePerson, useTyping } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { nameOf, titleOf } from "../people/names.js";

type Props = RoomSummary & { current: boolean };

/** A room in the list: its name, what was said last and when, and how much is unread. */
export const RoomItem = memo(function RoomItem({ room, lastMessage, current }: Props) {
    const title = titleOf(room);
    return (
        <li>
            <a
                className="room-item"
                href={hrefOf({ at: "room", room: room.id })}
                aria-current={current ? "page" : undefined}
                data-testid="room-item"
                data-room={room.id}
            >
                <Avatar id={room.peer?.id ?? room.id} name={title} group={room.kind === "group"} />
                <span className="room-item-text">
                    <span className="room-item-line">
                        <bdi className="room-item-title one-line">{title}</bdi>
                        {lastMessage && (
                            <time className="muted" dateTime={lastMessage.created_at}>
                                {shortTime(lastMessage.created_at)}
                            </time>
                        )}
                    </span>
                    <span className="room-item-line">
                        <Preview room={room} lastMessage={lastMessage} />
                        {room.unread > 0 && (
                            <span className="badge" data-testid="unread">
                                {room.unread > 999 ? "999+" : room.unread}
                                <span className="hidden-visually"> {t("rooms.unread")}</span>
                            </span>
                        )}
                    </span>
                </span>
            </a>
        </li>
    );
});

function Preview({ room, lastMessage }: RoomSummary) {
    const typing = useTyping(room.id);
    if (typing.length > 0) return <span className="room-item-typing one-line">{t("rooms.typing")}</span>;
    if (!lastMessage) return <span className="muted one-line">{t("rooms.nothing_yet")}</span>;
    return (
        <span className="muted one-line">
            {room.kind === "group" && <Sender id={lastMessage.sender} />}
            <bdi>{lastMessage.content.text}</bdi>
        </span>
    );
}

function Sender({ id }: { id: string }) {
    const me = useMe();
    const person = usePerson(id);
    return <>{id === me.id ? t("rooms.you") : nameOf(person)}: </>;
}
