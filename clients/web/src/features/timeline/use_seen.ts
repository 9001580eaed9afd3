import { useEffect, useRef, type RefObject } from "react";
import type { Timeline } from "../../state/timeline.js";

/** What stays in sight for so long counts as seen. */
const SEEN_MS = 600;

/** Moves the read marker to the last message that was really in sight, of a page that is looked at. */
export function useSeen(timeline: Timeline, box: RefObject<HTMLElement | null>, settled: boolean, rows: unknown): void {
    const look = useRef(() => {});
    useEffect(() => {
        const element = box.current;
        if (!element || !settled) return undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const see = () => {
            timer = undefined;
            const seq = document.visibilityState === "visible" ? lastInSight(element) : 0;
            if (seq > 0) timeline.sawTo(seq);
        };
        // A room in which much is said is looked at all the same: what waits is not put off.
        const soon = () => void (timer ??= setTimeout(see, SEEN_MS));
        look.current = soon;
        element.addEventListener("scroll", soon);
        document.addEventListener("visibilitychange", soon);
        return () => {
            clearTimeout(timer);
            look.current = () => {};
            element.removeEventListener("scroll", soon);
            document.removeEventListener("visibilitychange", soon);
        };
    }, [timeline, box, settled]);
    useEffect(() => look.current(), [settled, rows]);
}

/** The seq of the lowest message whose end is in sight; 0 where there is none. */
function lastInSight(box: HTMLElement): number {
    if (box.clientHeight === 0) return 0;
    const { bottom } = box.getBoundingClientRect();
    const seqs = [...box.querySelectorAll<HTMLElement>(".message[data-seq]")].flatMap((message) => (message.getBoundingClientRect().bottom <= bottom + 1 ? [Number(message.dataset["seq"])] : []));
    return Math.max(0, ...seqs);
}
