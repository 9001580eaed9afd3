import type { KeyboardEvent, RefObject } from "react";

/**
 * Arrows go from message to message, and to the right and left through what can be pressed in one;
 * Enter opens what can be done with it, R answers it, + opens the emoji; End goes to the newest,
 * Escape back to the field one writes in.
 */
export function useMessageKeys(box: RefObject<HTMLElement | null>, toEnd: () => void): (event: KeyboardEvent) => void {
    return (event) => {
        if ((event.target as Element).closest("dialog")) return; // it has keys of its own
        const from = (event.target as Element).closest<HTMLElement>(".message");
        if (event.key === "ArrowUp" || event.key === "ArrowDown") {
            if ((event.target as Element).closest("[role=menu]")) return;
            const next = neighbour(box.current, from, event.key === "ArrowDown" ? 1 : -1);
            if (!next) return;
            next.focus({ preventScroll: true });
            next.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter" && event.target === from) {
            from?.querySelector<HTMLElement>("[data-testid=message-acts]")?.click();
        } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
            if ((event.target as Element).closest("[role=menu], pre") || !along(from, event.key === "ArrowRight")) return;
        } else if (LETTERS[event.key] && event.target === from) {
            from?.querySelector<HTMLElement>(`[data-testid=${LETTERS[event.key]}]`)?.click();
        } else if (event.key === "End") {
            toEnd();
        } else if (event.key === "Escape") {
            (box.current?.closest("section") ?? document).querySelector<HTMLElement>(".composer-field")?.focus();
        } else {
            return;
        }
        event.preventDefault();
    };
}

/** Keys that press a button of the message that has the focus. */
const LETTERS: Record<string, string> = { r: "reply", R: "reply", "+": "react" };

/** Goes on to the next of what can be pressed in a message, or back, at last to the message itself. */
function along(message: HTMLElement | null, right: boolean): boolean {
    if (!message) return false;
    const all = [message, ...message.querySelectorAll<HTMLElement>("[data-stop]")];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = right === (getComputedStyle(message).direction !== "rtl") ? 1 : -1;
    if (at < 0 || all.length === 1) return false;
    all[(at + step + all.length) % all.length]!.focus({ preventScroll: true });
    return true;
}

/** The message before or after; without one to begin with, the lowest in sight. */
function neighbour(box: HTMLElement | null, from: HTMLElement | null, step: 1 | -1): HTMLElement | undefined {
    const all = [...(box?.querySelectorAll<HTMLElement>(".message") ?? [])].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    if (from) return all[all.indexOf(from) + step];
    const bottom = box?.getBoundingClientRect().bottom ?? 0;
    return all.findLast((message) => message.getBoundingClientRect().top < bottom);
}
