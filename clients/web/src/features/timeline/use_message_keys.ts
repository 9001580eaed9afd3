import type { KeyboardEvent, RefObject } from "react";

/**
 * Arrows go from message to message, Enter opens what can be done with one, End goes to the newest,
 * Escape back to the field one writes in.
 */
export function useMessageKeys(box: RefObject<HTMLElement | null>, toEnd: () => void): (event: KeyboardEvent) => void {
    return (event) => {
        const from = (event.target as Element).closest<HTMLElement>(".message");
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            if ((event.target as Element).closest("[role=menu]")) return;
            const next = neighbour(box.current, from, event.key === "ArrowDown" ? 1 : -1);
            if (!next) return;
            next.focus({ preventScroll: true });
            next.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter" && event.target === from) {
            from?.querySelector<HTMLElement>(".message-acts button")?.click();
        } else if (event.key === "End") {
            toEnd();
        } else if (event.key === "Escape") {
            document.querySelector<HTMLElement>(".composer-field")?.focus();
        } else {
            return;
        }
        event.preventDefault();
    };
}

/** The message before or after; without one to begin with, the lowest in sight. */
function neighbour(box: HTMLElement | null, from: HTMLElement | null, step: 1 | -1): HTMLElement | undefined {
    const all = [...(box?.querySelectorAll<HTMLElement>(".message") ?? [])].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    if (from) return all[all.indexOf(from) + step];
    const bottom = box?.getBoundingClientRect().bottom ?? 0;
    return all.findLast((message) => message.getBoundingClientRect().top < bottom);
}
