import type { ReactNode } from "react";
import { listOf } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { NoticeItem } from "../../state/timeline_items.js";
import { usePeople, usePerson, useQuote } from "../../state/use.js";
import { nameOf } from "../people/names.js";
import { plainText } from "./plain.js";
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
        <button type="button" className="line-link one-line" dir="auto" onClick={() => jump(seq)}>
            <bdi>{plainText(quote.message.content.text)}</bdi>
        </button>
    );
}

/** The names of those whom it is about. */
function useWho(events: NoticeEvent[]): string {
    const ids = events.flatMap(subjectOf);
    const names = usePeople(ids.slice(0, NAMED)).map((person) => nameOf(person));
    const others = ids.length - names.length;
    return listOf(others > 0 ? [...names, t("notice.others", { count: others })] : names);
}

function subjectOf(event: NoticeEvent): string[] {
    if (event.type === "room.user.joined" || event.type === "room.user.left") return [event.user_id];
    return event.type === "room.updated" && event.owner !== undefined ? [event.owner] : [];
}

function NoticeText({ event, who }: { event: NoticeEvent; who: string }): ReactNode {
    const by = nameOf(usePerson(event.sender));
    switch (event.type) {
        case "room.created":
            return t(event.kind === "group" ? "notice.created.group" : "notice.created.direct", { by });
        case "room.user.joined":
            return event.by === event.user_id ? t("notice.joined", { who }) : t("notice.added", { by, who });
        case "room.user.left":
            return event.by === event.user_id ? t("notice.left", { who }) : t("notice.removed", { by, who });
        case "room.updated":
            return event.name === undefined ? t("notice.owner", { who }) : t("notice.renamed", { by, name: event.name });
        case "message.pinned":
            return t("notice.pinned", { by });
        default:
            return null;
    }
}
