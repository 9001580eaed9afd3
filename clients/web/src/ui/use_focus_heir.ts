import { useLayoutEffect, useRef, type RefObject } from "react";

/** For a button that goes when what it does is done: the part of the page that it was in has the focus then, if it had it. */
export function useFocusHeir(): RefObject<HTMLButtonElement | null> {
    const ref = useRef<HTMLButtonElement>(null);
    useLayoutEffect(() => {
        const own = ref.current;
        return () => {
            const heir = own?.parentElement;
            if (heir && own === document.activeElement) queueMicrotask(() => takeFocus(heir));
        };
    }, []);
    return ref;
}

/** What is no button takes no focus by itself. */
export function takeFocus(part: Element): void {
    if (!(part instanceof HTMLElement)) return;
    part.tabIndex = -1;
    part.focus();
}
