import { memo, useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import "./composer.css";

/** A device without a mouse is typed on with thumbs: there Enter is a new line, and the button sends. */
const touch = matchMedia("(hover: none) and (pointer: coarse)");

/** Where messages are written. Enter sends, Shift and Enter begin a new line. */
export const Composer = memo(function Composer({ room }: { room: string }) {
    const app = useApp();
    const [text, setText] = useState(() => app.draft(room));
    const field = useRef<HTMLTextAreaElement>(null);
    useEffect(() => {
        if (!touch.matches) field.current?.focus();
    }, []);
    const write = (next: string) => {
        setText(next);
        app.keepDraft(room, next);
        if (next.trim() !== "") app.typed(room);
    };
    const send = () => {
        if (text.trim() === "") return;
        app.send(room, text.trim());
        setText("");
        field.current?.focus();
    };
    const onKeyDown = (event: KeyboardEvent) => {
        // While a word is being composed (Japanese, Chinese, …) Enter belongs to the input method.
        if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || touch.matches) return;
        event.preventDefault();
        send();
    };
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        send();
    };
    return (
        <form className="composer" onSubmit={onSubmit}>
            <textarea
                ref={field}
                className="composer-field"
                dir="auto"
                rows={1}
                value={text}
                aria-label={t("composer.label")}
                placeholder={t("composer.label")}
                data-testid="composer"
                onChange={(event) => write(event.target.value)}
                onKeyDown={onKeyDown}
            />
            <button className="composer-send" aria-label={t("composer.send")} title={t("composer.send")} data-testid="send" disabled={text.trim() === ""}>
                <Icon name="send" flips />
            </button>
        </form>
    );
});
