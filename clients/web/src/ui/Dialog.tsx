import { useEffect, useId, useRef, type ReactNode } from "react";
import { Icon } from "./Icon.js";

interface Props {
    title: string;
    closeLabel: string;
    onClose(): void;
    children: ReactNode;
}

/** A modal window: the browser keeps the focus in it, and Escape leaves it. */
export function Dialog({ title, closeLabel, onClose, children }: Props) {
    const ref = useRef<HTMLDialogElement>(null);
    const titleId = useId();
    useEffect(() => {
        const dialog = ref.current;
        if (dialog && !dialog.open) dialog.showModal();
        return () => dialog?.close();
    }, []);
    return (
        <dialog
            ref={ref}
            className="dialog"
            aria-labelledby={titleId}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onMouseDown={(event) => event.target === ref.current && onClose()}
        >
            <div className="dialog-head">
                <h1 id={titleId}>{title}</h1>
                <button type="button" className="icon-button" aria-label={closeLabel} onClick={onClose}>
                    <Icon name="close" />
                </button>
            </div>
            <div className="dialog-body">{children}</div>
        </dialog>
    );
}
