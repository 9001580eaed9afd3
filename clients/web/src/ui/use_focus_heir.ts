import { useLayoutEffect, useRef, type RefObject } from "react";

/** Who has the focus next; `place` is what the button was in. Asked when the page stands without the button. */
type Heir = (place: Element) => Element | null | undefined;

/** For a button that goes when what it does is done: what it leaves the focus to has it then, if it had it. */
export function useFocusHeir(heir: Heir = (place) => place): RefObject<HTMLButtonElement | null> {
    const ref = useRef<HTMLButtonElement>(null);
    useLayoutEffect(() => {
        const own = ref.current;
        return () => {
            const place = own?.parentElement;
            if (place && own === document.activeElement) queueMicrotask(() => void (!own.isConnected && takeFocus(heir(place))));
        };
    }, [heir]);
    return ref;
}

/** What is no button or field takes no focus by itself; a label's field does. */
function takeFocus(part: Element | null | undefined): void {
    const taker = part instanceof HTMLLabelElement ? part.control : part;
    if (!(taker instanceof HTMLElement)) return;
    if (taker.tabIndex < 0) taker.tabIndex = -1;
    taker.focus();
}
