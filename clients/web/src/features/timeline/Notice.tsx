import type { ReactNode } from "react";
import { listOf } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { NoticeItem } from "../../state/timeline_items.js";
import { useMe, usePeople, usePerson, useQuote } from "../../state/use.js";
import { useNames } from "../text/names.js";
import { noticeText } from "../text/notice_text.js";
import { plainText } from "../text/plain.js";
import { useRoomId } from "./room_id.js";
import { useJump } from "./use_jump.js";

type NoticeEvent = NoticeItem["event"];

const NAMED = 5;

interface Props {
    /** One, or a run of people let in by the same person. */
    events: NoticeEvent[];
}

/** Something that happened to the room: it was made, renamed, somebody came or left. */
export function Notice({ events }: Props) {
    const event = events[0]!;
    return (
        <div className="line-notice" data-testid="notice" data-type={event.type} data-seq={event.seq}>
            <NoticeText event={event} who={useWho(events)} />
            {"reason" in event && event.reason !== undefined && (
                <span className="line-reason">
                    <span className="hidden-visually">{t("notice.reason")} </span>
                    <bdi>{event.reason}</bdi>
                </span>
            )}
            {event.type === "message.pinned" && <PinnedText seq={event.target} />}
        </div>
    );
}

/** The beginning of what was pinned; a press leads there. */
function PinnedText({ seq }: { seq: number }) {
    const quote = useQuote(useRoomId(), seq);
    const jump = useJump();
    if (quote.state !== "there") return null;
    return (
        <button type="button" className="line-link one-line" dir="auto" onClick={() => jump(seq, quote.message.thread)}>
            <bdi>{plainText(quote.message.content.text)}</bdi>
        </button>
    );
}

/** The names of those whom it is about. */
function useWho(events: NoticeEvent[]): string {
    const { nameOf } = useNames();
    const ids = events.flatMap(subjectOf);
    const names = usePeople(ids.slice(0, NAMED)).map((person) => nameOf(person));
    const others = ids.length - names.length;
    return listOf(others > 0 ? [...names, t("notice.others", { count: others })] : names);
}

function subjectOf(event: NoticeEvent): string[] {
    if ("user_id" in event) return [event.user_id];
    return event.type === "room.updated" && event.owner !== undefined ? [event.owner] : [];
}

function NoticeText({ event, who }: { event: NoticeEvent; who: string }): ReactNode {
    const me = useMe();
    const { nameOf } = useNames();
    const by = nameOf(usePerson(event.sender));
    return noticeText(event, { by, who, mine: "user_id" in event && event.user_id === me.id });
}
