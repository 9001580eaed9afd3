import { dateAndTime, timeOfDay } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useMessageMarks, usePerson } from "../../state/use.js";
import { Avatar, hueOf } from "../../ui/Avatar.js";
import { Icon, type IconName } from "../../ui/Icon.js";
import { openPerson } from "../people/person_card.js";
import { useNames } from "../text/names.js";
import { deletedWords } from "../text/gone_words.js";
import { AnswersLine } from "./AnswersLine.js";
import { Forwarded } from "./Forwarded.js";
import { MessageActs } from "./MessageActs.js";
import { MessageText } from "./MessageText.js";
import { Poll } from "./Poll.js";
import { Quote } from "./Quote.js";
import { Reactions } from "./Reactions.js";
import { Refused } from "./Refused.js";
import { useRoomId } from "./room_id.js";
import { SentMark } from "./SentMark.js";
import { shownVersions } from "./shown_versions.js";
import "./message.css";

interface Props {
    item: MessageItem;
    first: boolean;
    last: boolean;
    group: boolean;
    sought: boolean;
}

/** A message, with who said it and when; one's own with what became of it. */
export function MessageRow({ item, first, last, group, sought }: Props) {
    const showsSender = group && !item.mine;
    return (
        <div
            className="message"
            tabIndex={-1}
            data-testid="message"
            data-state={item.state}
            data-seq={item.seq ?? undefined}
            data-mine={item.mine}
            data-first={first}
            data-last={last}
            data-sought={sought}
        >
            {showsSender && <span className="message-avatar">{last && <SenderAvatar id={item.sender} />}</span>}
            <div className="bubble">
                {item.mine ? <span className="hidden-visually">{t("rooms.you")}</span> : <SenderName id={item.sender} shown={showsSender && first} />}
                {item.forwarded && <Forwarded {...item.forwarded} />}
                {item.replyTo !== null && item.text !== "" && <Quote seq={item.replyTo} />}
                <Words item={item} />
                <span className="message-meta">
                    <Marks seq={item.seq} />
                    {item.edited && item.text !== "" && item.seq !== null && <EditedMark seq={item.seq} item={item} />}
                    <time dateTime={item.createdAt} title={dateAndTime(item.createdAt)}>
                        {timeOfDay(item.createdAt)}
                    </time>
                    {item.mine && <SentMark item={item} />}
                </span>
            </div>
            {item.text !== "" && <MessageActs item={item} />}
            {item.seq !== null && item.answers > 0 && <AnswersLine seq={item.seq} answers={item.answers} at={item.answeredAt ?? item.createdAt} />}
            {item.seq !== null && item.reactions.length > 0 && <Reactions seq={item.seq} reactions={item.reactions} />}
            {item.state === "failed" && <Refused item={item} />}
        </div>
    );
}

/** What it says or asks, as long as it does. */
function Words({ item }: { item: MessageItem }) {
    if (item.text === "") return <em className="message-deleted">{deletedWords(item.byServer)}</em>;
    if (item.poll) return <Poll seq={item.seq} poll={item.poll} />;
    return <MessageText text={item.text} toAll={item.toAll} />;
}

/** That it was edited; a press shows what it said before. */
function EditedMark({ seq, item }: { seq: number; item: MessageItem }) {
    const room = useRoomId();
    return (
        <button type="button" className="message-edited" title={t("versions.open")} aria-haspopup="dialog" tabIndex={-1} data-stop data-testid="edited" onClick={() => shownVersions.set({ room, seq, item })}>
            {t("message.edited")}
        </button>
    );
}

/** What a room, or oneself, has made of it. */
function Marks({ seq }: { seq: number | null }) {
    const { pinned, saved } = useMessageMarks(useRoomId(), seq);
    return (
        <>
            {pinned && <Mark icon="pin" label={t("message.pinned")} />}
            {saved && <Mark icon="bookmark" label={t("message.saved")} />}
        </>
    );
}

function Mark({ icon, label }: { icon: IconName; label: string }) {
    return (
        <span className="message-sign" role="img" aria-label={label} title={label} data-testid="message-sign" data-sign={icon}>
            <Icon name={icon} />
        </span>
    );
}

function SenderAvatar({ id }: { id: string }) {
    const room = useRoomId();
    const { nameOf } = useNames();
    const name = nameOf(usePerson(id));
    return (
        <button type="button" className="message-person" tabIndex={-1} aria-label={t("person.open", { name })} onClick={() => openPerson(id, room)}>
            <Avatar id={id} name={name} size="small" />
        </button>
    );
}

function SenderName({ id, shown }: { id: string; shown: boolean }) {
    const room = useRoomId();
    const { nameOf } = useNames();
    const name = nameOf(usePerson(id));
    if (!shown) return <bdi className="hidden-visually">{name}</bdi>;
    return (
        <button type="button" className="message-sender" tabIndex={-1} data-hue={hueOf(id)} data-testid="message-sender" onClick={() => openPerson(id, room)}>
            <bdi>{name}</bdi>
        </button>
    );
}
