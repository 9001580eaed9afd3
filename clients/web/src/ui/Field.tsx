import type { InputHTMLAttributes } from "react";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
    label: string;
    hint?: string;
    testid?: string;
}

/** A text field with its label above and a word of help below. */
export function Field({ label, hint, testid, ...input }: Props) {
    return (
        <label className="field">
            <span>{label}</span>
            <input className="input" dir="auto" data-testid={testid} {...input} />
            {hint !== undefined && <small>{hint}</small>}
        </label>
    );
}
