import { useEffect } from "react";
import { parseRoute } from "../../routes/route.js";

const touch = matchMedia("(hover: none) and (pointer: coarse)");

/** When the thread is closed and the focus gone with it, that goes to the line that leads there, or to where one writes. */
export function useFocusBack(root: number): void {
    useEffect(
        () => () => {
            requestAnimationFrame(() => {
                const route = parseRoute(location.hash);
                if (document.activeElement !== document.body || route.at !== "room" || route.seq !== undefined) return;
                const line = document.querySelector<HTMLElement>(`.room-main .message[data-seq="${root}"] .answers-line`);
                // Thumbs would get a keyboard with the field.
                (line ?? (touch.matches ? null : document.querySelector<HTMLElement>(".room-main .composer-field")))?.focus();
            });
        },
        [root],
    );
}
