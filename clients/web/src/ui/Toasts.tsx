import { useSyncExternalStore } from "react";
import { Button } from "./Button.js";
import { dropToast, onToasts, toastNotes } from "./toast.js";
import "./overlay.css";

/** Where toasts are shown and read out. */
export function Toasts() {
    const notes = useSyncExternalStore(onToasts, toastNotes);
    return (
        <div className="toasts" role="status" aria-live="polite">
            {notes.map(({ id, text, act }) => (
                <div key={id} className="toast" data-testid="toast">
                    <span>{text}</span>
                    {act && (
                        <Button
                            kind="link"
                            onClick={() => {
                                dropToast(id);
                                act.run();
                            }}
                        >
                            {act.label}
                        </Button>
                    )}
                </div>
            ))}
        </div>
    );
}
