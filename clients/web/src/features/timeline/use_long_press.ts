import { useRef, type MouseEvent, type PointerEvent, type TouchEvent } from "react";

/** As long as the systems take it. */
const HOLD_MS = 450;
/** A finger trembles by so much. */
const TREMBLE_PX = 10;

interface LongPress {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerEnd(): void;
    onTouchEnd(event: TouchEvent): void;
    onContextMenu(event: MouseEvent): void;
}

/** Calls `onPress` when a finger rests on something; what it returns says whether that was something to press. */
export function useLongPress(onPress: (target: Element) => boolean): LongPress {
    const held = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);
    const pressed = useRef(false);
    const end = () => {
        clearTimeout(held.current?.timer);
        held.current = null;
    };
    return {
        onPointerDown(event) {
            end();
            pressed.current = false;
            const target = event.target as Element;
            if (event.pointerType !== "touch" || !event.isPrimary || target.closest("a, button, [role=menu]")) return;
            const timer = setTimeout(() => (pressed.current = onPress(target)), HOLD_MS);
            held.current = { x: event.clientX, y: event.clientY, timer };
        },
        onPointerMove({ clientX, clientY }) {
            const from = held.current;
            if (from && Math.hypot(clientX - from.x, clientY - from.y) > TREMBLE_PX) end();
        },
        onPointerEnd: end,
        onTouchEnd(event) {
            // The click that would follow takes the focus from what has just opened.
            if (pressed.current) event.preventDefault();
        },
        onContextMenu(event) {
            if (held.current || pressed.current) event.preventDefault();
        },
    };
}
