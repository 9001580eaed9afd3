import { useId, type InputHTMLAttributes, type Ref } from "react";
import { Icon } from "./Icon.js";
import "./form.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
    label: string;
    hint?: string | undefined;
    /** What is wrong with what was entered, and what to do. */
    error?: string | null | undefined;
    testid?: string;
}

/** A text field with its label above, and below a word of help or what is wrong. */
export function Field({ label, hint, error, testid, ...input }: Props) {
    const id = useId();
    const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
    return (
        <div className="field">
            <label className="field-label" htmlFor={id}>
                {label}
            </label>
            <input
                id={id}
                className="input"
                data-testid={testid}
                data-focus={input.autoFocus}
                aria-invalid={error ? true : undefined}
                aria-describedby={described || undefined}
                {...input}
            />
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
