import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** This close to the end counts as being there. */
const NEAR_END_PX = 80;
/** Older messages are asked for before the top comes into sight. */
const NEAR_TOP_PX = 600;

interface Scroll {
    scroller: RefObject<HTMLDivElement | null>;
    atEnd: boolean;
    onScroll(): void;
    toEnd(): void;
}

/**
 * Keeps a growing list steady: at the end it follows what is new; elsewhere it stays with what is
 * being read, whatever loads above.
 */
export function useScroll(firstKey: string | undefined, rows: unknown, onNearTop: () => void): Scroll {
    const scroller = useRef<HTMLDivElement>(null);
    const fromEnd = useRef(0);
    const shownFirst = useRef(firstKey);
    const [atEnd, setAtEnd] = useState(true);

    const onScroll = useCallback(() => {
        const box = scroller.current;
        if (!box) return;
        fromEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight;
        setAtEnd(fromEnd.current < NEAR_END_PX);
        if (box.scrollTop < NEAR_TOP_PX) onNearTop();
    }, [onNearTop]);

    const toEnd = useCallback(() => {
        const box = scroller.current;
        if (box) box.scrollTop = box.scrollHeight;
    }, []);

    useLayoutEffect(() => {
        const box = scroller.current;
        if (!box) return;
        const grewAbove = firstKey !== shownFirst.current;
        shownFirst.current = firstKey;
        if (fromEnd.current < NEAR_END_PX) box.scrollTop = box.scrollHeight;
        else if (grewAbove) box.scrollTop = box.scrollHeight - box.clientHeight - fromEnd.current;
        onScroll();
    }, [firstKey, rows, onScroll]);

    useEffect(() => {
        const box = scroller.current;
        if (!box) return undefined;
        // A keyboard that opens or a composer that grows takes from the height.
        const watcher = new ResizeObserver(() => {
            if (fromEnd.current < NEAR_END_PX) box.scrollTop = box.scrollHeight;
            else onScroll();
        });
        watcher.observe(box);
        return () => watcher.disconnect();
    }, [onScroll]);

    return { scroller, atEnd, onScroll, toEnd };
}
