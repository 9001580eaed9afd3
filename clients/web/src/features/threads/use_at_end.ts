import type { TimelineRow } from "../../state/timeline_rows.js";
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";

/** So far from its end a list counts as being there. */
const NEAR_PX = 40;

/**
 * Keeps a list at its end as long as one is there, and at its place where rows come before, and says when its end is seen on a page that is looked at.
 * A `seq` is gone to once, as soon as it is there. `known`: what is known of the list; where that changes its end may be
 * seen anew. Returns what goes to the end.
 */
export function useAtEnd(box: RefObject<HTMLElement | null>, rows: readonly TimelineRow[], seq: number | undefined, known: unknown, onSeen: () => void): () => void {
    const atEnd = useRef(seq === undefined);
    const gone = useRef<number | null>(null);
    /** The place, from the end, when the first message was this one. */
    const place = useRef({ first: "", fromEnd: 0 });
    const seen = useRef(onSeen);
    seen.current = onSeen;
    /** A list without anything in it is not at its end, it has not come yet. */
    const isThere = useRef(false);
    isThere.current = rows.length > 0;
    const look = useCallback(() => {
        const list = box.current;
        if (!list || !isThere.current) return;
        place.current.fromEnd = list.scrollHeight - list.scrollTop;
        atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
        if (atEnd.current && document.visibilityState === "visible") seen.current();
    }, [box]);
    const toEnd = useCallback(() => {
        if (box.current) box.current.scrollTop = box.current.scrollHeight;
        look();
    }, [box, look]);
    useLayoutEffect(() => {
        const list = box.current;
        if (rows.length === 0 || !list) return;
        const first = rows.find(({ kind }) => kind === "message")?.key ?? "";
        const isOlder = place.current.first !== "" && place.current.first !== first;
        place.current.first = first;
        const sought = seq === undefined || seq === gone.current ? null : list.querySelector(`.message[data-seq="${seq}"]`);
        if (seq !== undefined && sought) {
            gone.current = seq;
            sought.scrollIntoView({ block: "center" });
            look();
        } else if (atEnd.current) toEnd();
        else if (isOlder) list.scrollTop = list.scrollHeight - place.current.fromEnd;
        place.current.fromEnd = list.scrollHeight - list.scrollTop;
        // The button that asked for the first of them is gone.
        if (isOlder && document.activeElement === document.body) list.focus({ preventScroll: true });
    }, [box, rows, seq, look, toEnd]);
    useEffect(look, [look, known]);
    useEffect(() => {
        const list = box.current;
        list?.addEventListener("scroll", look);
        document.addEventListener("visibilitychange", look);
        return () => {
            list?.removeEventListener("scroll", look);
            document.removeEventListener("visibilitychange", look);
        };
    }, [box, look]);
    return toEnd;
}
