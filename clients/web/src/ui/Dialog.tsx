import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { IconButton } from "./Button.js";
import "./overlay.css";

interface Props {
    title: string;
    closeLabel: string;
    size?: "small" | "large";
    onClose(): void;
    children: ReactNode;
}

/**
 * A modal window: the browser keeps the focus in it and gives it back when it closes; Escape and a
 * press beside it leave it.
 */
export function Dialog({ title, closeLabel, size, onClose, children }: Props) {
    const ref = useRef<HTMLDialogElement>(null);
    const titleId = useId();
    useLayoutEffect(() => {
        const dialog = ref.current;
        const before = document.activeElement;
        if (dialog && !dialog.open) dialog.showModal();
        // The browser would take the button that closes.
        const first = dialog?.querySelector<HTMLElement>("[data-focus]") ?? dialog?.querySelector<HTMLElement>(".dialog-body :is(input, select, button)");
        first?.focus();
        return () => {
            dialog?.close();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog
            ref={ref}
            className="dialog"
            data-size={size}
            aria-labelledby={titleId}
            onCancel={(event) => {
                if (event.target !== event.currentTarget) return; // of a window over this one
                event.preventDefault();
                onClose();
            }}
            onMouseDown={(event) => event.target === ref.current && onClose()}
        >
            <div className="dialog-head">
                <h1 id={titleId}>{title}</h1>
                <IconButton icon="close" label={closeLabel} onClick={onClose} />
            </div>
            <div className="dialog-body">{children}</div>
        </dialog>
    );
}
