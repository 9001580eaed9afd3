import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from "react";

/** So far from its end a list counts as being there. */
const NEAR_PX = 40;

/**
 * Keeps a list at its end as long as one is there, and says when its end is seen on a page that is looked at.
 * With a `seq` it begins at that message. Returns what goes to the end.
 */
export function useAtEnd(box: RefObject<HTMLElement | null>, rows: readonly unknown[], seq: number | undefined, onSeen: () => void): () => void {
    const atEnd = useRef(seq === undefined);
    const seen = useRef(onSeen);
    seen.current = onSeen;
    const look = useCallback(() => {
        const list = box.current;
        if (!list) return;
        atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
        if (atEnd.current && document.visibilityState === "visible") seen.current();
    }, [box]);
    const toEnd = useCallback(() => {
        if (box.current) box.current.scrollTop = box.current.scrollHeight;
        look();
    }, [box, look]);
    useLayoutEffect(() => {
        if (rows.length === 0) return;
        if (atEnd.current) toEnd();
        else if (seq !== undefined) box.current?.querySelector(`.message[data-seq="${seq}"]`)?.scrollIntoView({ block: "center" });
    }, [box, rows, seq, toEnd]);
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
