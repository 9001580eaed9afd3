import type { MessageItem, NoticeItem, TimelineItem } from "./timeline_items.js";

/** A line of the timeline, as it is drawn. */
export type TimelineRow =
    | { kind: "day"; key: string; at: string }
    | { kind: "new"; key: string }
    /** Several only where one person let several in. */
    | { kind: "notice"; key: string; items: NoticeItem[] }
    /** `first` and `last`: of a run by one person without a long pause. */
    | { kind: "message"; key: string; item: MessageItem; first: boolean; last: boolean };

const RUN_MS = 5 * 60_000;

/** Puts day lines, the line of what is new, and runs of one person's messages into a list. */
export function rowsOf(items: readonly TimelineItem[], newAfter: number | null, before: readonly TimelineRow[] = []): TimelineRow[] {
    return withKnown(madeRows(items, newAfter), before);
}

/** Rows that are as they were are the objects that they were. */
function withKnown(rows: TimelineRow[], before: readonly TimelineRow[]): TimelineRow[] {
    if (before.length === 0) return rows;
    const known = new Map(before.map((row) => [row.key, row]));
    return rows.map((row) => {
        const old = known.get(row.key);
        return old && isSame(old, row) ? old : row;
    });
}

function isSame(a: TimelineRow, b: TimelineRow): boolean {
    if (a.kind === "message" && b.kind === "message") return a.item === b.item && a.first === b.first && a.last === b.last;
    if (a.kind === "notice" && b.kind === "notice") return a.items.length === b.items.length && a.items[0] === b.items[0];
    return a.kind === b.kind;
}

function madeRows(items: readonly TimelineItem[], newAfter: number | null): TimelineRow[] {
    const rows: TimelineRow[] = [];
    let newLine = newAfter === null;
    for (const [index, item] of items.entries()) {
        const before = items[index - 1];
        if (!before || before.day !== item.day) rows.push({ kind: "day", key: `day-${item.day}`, at: item.createdAt });
        if (!newLine && isUnread(item, newAfter)) {
            rows.push({ kind: "new", key: "new" });
            newLine = true;
        }
        if (item.kind === "notice") addNotice(rows, item);
        else rows.push(messageRow(item, rows.at(-1)?.kind === "message" ? before : undefined, items[index + 1]));
    }
    return rows;
}

function addNotice(rows: TimelineRow[], item: NoticeItem): void {
    const above = rows.at(-1);
    const goesOn = above?.kind === "notice" && letsIn(above.items[0]!) !== null && letsIn(above.items[0]!) === letsIn(item);
    if (goesOn) above.items.push(item);
    else rows.push({ kind: "notice", key: item.key, items: [item] });
}

/** Who let somebody else in, if that is what happened. */
function letsIn({ event }: NoticeItem): string | null {
    return event.type === "room.user.joined" && event.by !== event.user_id ? event.by : null;
}

function messageRow(item: MessageItem, before: TimelineItem | undefined, after: TimelineItem | undefined): TimelineRow {
    return { kind: "message", key: item.key, item, first: !isRun(before, item), last: !isRun(item, after) };
}

function isRun(a: TimelineItem | undefined, b: TimelineItem | undefined): boolean {
    if (a?.kind !== "message" || b?.kind !== "message" || a.sender !== b.sender) return false;
    return a.day === b.day && b.at - a.at < RUN_MS;
}

function isUnread(item: TimelineItem, newAfter: number | null): boolean {
    return item.kind === "message" && !item.mine && item.seq !== null && newAfter !== null && item.seq > newAfter;
}
