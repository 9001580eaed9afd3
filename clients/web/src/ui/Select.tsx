import { useId } from "react";
import "./form.css";

interface Props<Value extends string> {
    label: string;
    hint?: string;
    value: Value;
    choices: { value: Value; label: string }[];
    /** It takes nothing just now, and keeps the focus. */
    disabled?: boolean;
    testid?: string;
    onChange(value: Value): void;
}

/** One of several, out of a list that opens. */
export function Select<Value extends string>({ label, hint, value, choices, disabled, testid, onChange }: Props<Value>) {
    const id = useId();
    return (
        <div className="field">
            <label className="field-label" htmlFor={id}>
                {label}
            </label>
            <select id={id} className="input" value={value} aria-disabled={disabled} aria-describedby={hint && `${id}-hint`} data-testid={testid} onChange={(event) => disabled || onChange(event.target.value as Value)}>
                {choices.map((choice) => (
                    <option key={choice.value} value={choice.value}>
                        {choice.label}
                    </option>
                ))}
            </select>
            {hint && (
                <small id={`${id}-hint`} className="field-hint">
                    {hint}
                </small>
            )}
        </div>
    );
}
