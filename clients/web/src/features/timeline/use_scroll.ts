import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Timeline, TimelineView } from "../../state/timeline.js";
import type { TimelineRow } from "../../state/timeline_rows.js";

/** This close to the end counts as being there. */
const NEAR_END_PX = 60;
/** A scroll this soon after a wheel, touch or key is the person's. */
const TOUCH_MS = 1_500;
const SETTLING_FRAMES = 15;
/** Left above the line of what is new. */
const MARGIN_PX = 48;
/** More is asked for before an edge comes into sight. */
const NEAR_EDGE_PX = 900;

export interface Scroll {
    list: RefObject<VirtualizerHandle | null>;
    /** Rows came at the top: the place is kept from the end. */
    shift: boolean;
    /** Null until the list has been put in its place. */
    atEnd: boolean | null;
    onScroll(offset: number): void;
    onResize(): void;
    onTouch(): void;
    toEnd(): void;
}

/**
 * Keeps a growing list steady: at the end it follows what is new; elsewhere it stays with what is
 * being read, whatever loads above; and it goes where a jump leads, and to what one has sent.
 */
export function useScroll(timeline: Timeline, view: TimelineView): Scroll {
    const { rows, hasOlder, target, newAfter } = view;
    const list = useRef<VirtualizerHandle>(null);
    const follows = useRef(true);
    const placed = useRef(false);
    /** When the person last did something that scrolls. */
    const touched = useRef(0);
    const settling = useRef(SETTLING_FRAMES);
    /** Where it was scrolled to when it was last looked at. */
    const offset = useRef(0);
    const [atEnd, setAtEnd] = useState<boolean | null>(null);
    const shift = useShift(rows);

    const toLast = useCallback(() => list.current?.scrollToIndex(timeline.get().rows.length - 1, { align: "end" }), [timeline]);
    const look = useCallback(() => {
        const box = list.current;
        if (!box || !placed.current) return;
        const { hasNewer } = timeline.get();
        const fromEnd = box.scrollSize - box.scrollOffset - box.viewportSize;
        const wentUp = box.scrollOffset < offset.current - 1 && performance.now() - touched.current < TOUCH_MS;
        // Only a person who goes up ends the following: a list that grows has not been left.
        if (fromEnd < NEAR_END_PX && !hasNewer) follows.current = true;
        else if (wentUp || hasNewer) {
            // A scroll to the end that is still being worked on would pull them back.
            if (follows.current) box.scrollTo(box.scrollOffset);
            follows.current = false;
        }
        offset.current = box.scrollOffset;
        if (follows.current && fromEnd > 2) toLast();
        // Until sizes have been measured the end is only guessed at; nobody need see that.
        if (follows.current && fromEnd > 2 && settling.current-- > 0) return void requestAnimationFrame(look);
        setAtEnd(follows.current);
        if (box.scrollOffset < NEAR_EDGE_PX) void timeline.older();
        if (fromEnd < NEAR_EDGE_PX && hasNewer) void timeline.newer();
    }, [timeline, toLast]);
    const onResize = useCallback(() => {
        if (follows.current) toLast();
    }, [toLast]);

    useLayoutEffect(() => {
        if (rows.length === 0) return undefined;
        if (!placed.current) {
            const unread = newAfter === null ? -1 : rows.findIndex((row) => row.kind === "new");
            // The first unread one may be further up than what has been read so far.
            if (unread >= 0 && hasOlder && isFirst(rows, unread)) return void timeline.jumpTo(newAfter! + 1);
            if (unread >= 0) list.current?.scrollToIndex(unread, { align: "start", offset: -MARGIN_PX });
            placed.current = true;
            follows.current = unread < 0;
        }
        if (follows.current) toLast();
        const frame = requestAnimationFrame(look);
        return () => cancelAnimationFrame(frame);
    }, [timeline, rows, newAfter, hasOlder, toLast, look]);

    useEffect(() => {
        if (!target) return undefined;
        const at = rowOf(rows, target.seq);
        if (at < 0) return undefined;
        placed.current = true;
        follows.current = false;
        const isUnread = rows[at - 1]?.kind === "new";
        list.current?.scrollToIndex(isUnread ? at - 1 : at, isUnread ? { align: "start", offset: -MARGIN_PX } : { align: "center" });
        const frame = requestAnimationFrame(look);
        return () => cancelAnimationFrame(frame);
        // eslint-disable-next-line react-hooks/exhaustive-deps -- only the jump counts, not what is loaded after it
    }, [target]);

    const onTouch = useCallback(() => {
        touched.current = performance.now();
    }, []);
    const toEnd = useCallback(() => {
        follows.current = true;
        void timeline.toNewest().then(() => {
            follows.current = true;
            // They did not go up from where they were in another stretch.
            offset.current = 0;
            toLast();
        });
    }, [timeline, toLast]);
    const sent = useRef(view.sent);
    useEffect(() => {
        if (sent.current !== view.sent) toEnd();
        sent.current = view.sent;
    }, [view.sent, toEnd]);
    return { list, shift, atEnd, onScroll: look, onResize, onTouch, toEnd };
}

/** The row of a message, or of what is next after it. */
export function rowOf(rows: readonly TimelineRow[], seq: number): number {
    return rows.findIndex((row) => {
        if (row.kind === "message") return row.item.seq === null || row.item.seq >= seq;
        return row.kind === "notice" && row.items.at(-1)!.seq >= seq;
    });
}

/** No message or notice stands above this row. */
function isFirst(rows: readonly TimelineRow[], at: number): boolean {
    return rows.slice(0, at).every((row) => row.kind === "day");
}

/** Whether this drawing has more rows than the last one at its top, and the same below. */
function useShift(rows: readonly TimelineRow[]): boolean {
    const first = useMemo(() => rows.find((row) => row.kind === "message" || row.kind === "notice")?.key, [rows]);
    const before = useRef(first);
    const grew = before.current !== undefined && before.current !== first && rows.some((row) => row.key === before.current);
    useLayoutEffect(() => {
        before.current = first;
    }, [first]);
    return grew;
}
