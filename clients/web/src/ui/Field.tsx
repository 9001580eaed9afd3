import { useEffect, useId, useRef, useState, type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes } from "react";
import { IconButton } from "./Button.js";
import { Icon } from "./Icon.js";
import "./form.css";

interface About {
    label: string;
    hint?: string | undefined;
    /** What is wrong with what was entered, and what to do. */
    error?: string | null | undefined;
    testid?: string;
}

type Props = About & InputHTMLAttributes<HTMLInputElement>;

/** A text field with its label above, and below a word of help or what is wrong. `end`: a button at its end. */
export function Field({ label, hint, error, testid, end, ...input }: Props & { end?: ReactNode; ref?: Ref<HTMLInputElement> }) {
    const id = useId();
    return (
        <Labelled id={id} label={label} hint={hint} error={error}>
            <span className="field-place" data-end={end !== undefined}>
                <input id={id} className="input" data-testid={testid} data-focus={input.autoFocus} aria-invalid={error ? true : undefined} aria-describedby={describing(id, hint, error)} {...input} />
                {end}
            </span>
        </Labelled>
    );
}

/** For a password, which can be looked at before it is given, and is hidden again then: what is sent as text, browsers keep. `show`: in words. */
export function PasswordField({ show, ...props }: Props & { show: string }) {
    const [shown, setShown] = useState(false);
    const field = useRef<HTMLInputElement>(null);
    useEffect(() => {
        const form = field.current?.form;
        const hide = () => setShown(false);
        form?.addEventListener("submit", hide);
        return () => form?.removeEventListener("submit", hide);
    }, []);
    const button = <IconButton icon={shown ? "eyeOff" : "eye"} label={show} size="small" aria-pressed={shown} testid="password-show" onClick={() => setShown(!shown)} />;
    return <Field {...props} ref={field} type={shown ? "text" : "password"} autoCapitalize="none" spellCheck={false} end={button} />;
}

/** The same for several lines. */
export function TextArea({ label, hint, error, testid, ...area }: About & TextareaHTMLAttributes<HTMLTextAreaElement>) {
    const id = useId();
    return (
        <Labelled id={id} label={label} hint={hint} error={error}>
            <textarea id={id} className="input input-lines" dir="auto" data-testid={testid} aria-invalid={error ? true : undefined} aria-describedby={describing(id, hint, error)} {...area} />
        </Labelled>
    );
}

function describing(id: string, hint: About["hint"], error: About["error"]): string | undefined {
    return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
}

function Labelled({ id, label, hint, error, children }: Omit<About, "testid"> & { id: string; children: ReactNode }) {
    return (
        <div className="field">
            <label className="field-label" htmlFor={id}>
                {label}
            </label>
            {children}
            {hint && (
                <small id={`${id}-hint`} className="field-hint">
                    {hint}
                </small>
            )}
            {error && (
                <span id={`${id}-error`} className="field-error" role="alert">
                    <Icon name="alert" />
                    {error}
                </span>
            )}
        </div>
    );
}

interface SearchProps extends InputHTMLAttributes<HTMLInputElement> {
    label: string;
    testid?: string;
    ref?: Ref<HTMLInputElement>;
}

/** A field to search in; its label is what it shows while it is empty. */
export function SearchField({ label, testid, ...input }: SearchProps) {
    return (
        <label className="search-field">
            <Icon name="search" />
            <span className="hidden-visually">{label}</span>
            <input className="input" type="search" autoComplete="off" spellCheck={false} placeholder={label} data-testid={testid} data-focus={input.autoFocus} {...input} />
        </label>
    );
}
