import { useEffect, useRef, useState } from "react";
import { placeBeside } from "./place.js";

const DELAY_MS = 450;

/**
 * Shows the label of whatever carries `data-tip` while a pointer rests on it or the keyboard is on
 * it. Escape hides it, and the pointer may move onto it. The label itself is what is read out.
 */
export function TooltipLayer() {
    const [owner, setOwner] = useState<HTMLElement | null>(null);
    const [, setLabel] = useState("");
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const want = (next: HTMLElement | null, ms: number) => {
            clearTimeout(timer);
            timer = setTimeout(() => setOwner(next && isInReach(next) ? next : null), ms);
        };
        const onOver = (event: PointerEvent) => {
            if (event.pointerType === "touch" || box.current?.contains(event.target as Node)) return clearTimeout(timer);
            const tip = tipOf(event.target);
            want(tip, tip ? DELAY_MS : 80);
        };
        const onFocus = (event: FocusEvent) => want((event.target as Element).matches(":focus-visible") ? tipOf(event.target) : null, 0);
        const hide = () => want(null, 0);
        const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();
        document.addEventListener("pointerover", onOver);
        document.addEventListener("focusin", onFocus);
        document.addEventListener("focusout", hide);
        document.addEventListener("pointerdown", hide);
        document.addEventListener("keydown", onKey, true);
        return () => {
            clearTimeout(timer);
            document.removeEventListener("pointerover", onOver);
            document.removeEventListener("focusin", onFocus);
            document.removeEventListener("focusout", hide);
            document.removeEventListener("pointerdown", hide);
            document.removeEventListener("keydown", onKey, true);
        };
    }, []);
    useEffect(() => {
        if (!owner?.isConnected || !box.current) return undefined;
        box.current.showPopover();
        placeBeside(box.current, owner.getBoundingClientRect(), "center");
        // More may become known of it while it is shown.
        const observer = new MutationObserver(() => setLabel(owner.ariaLabel ?? ""));
        observer.observe(owner, { attributeFilter: ["aria-label"] });
        return () => observer.disconnect();
    }, [owner]);
    if (!owner?.isConnected || owner.getAttribute("aria-expanded") === "true") return null;
    return (
        <div ref={box} className="tooltip" popover="manual" aria-hidden="true">
            {owner.ariaLabel}
        </div>
    );
}

function tipOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}

/** What is behind a dialog has no say: a pointer that rests there came before it. */
function isInReach(owner: HTMLElement): boolean {
    const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
    return dialog?.contains(owner) ?? true;
}
