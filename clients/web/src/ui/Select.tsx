import { useId } from "react";
import "./form.css";

interface Choice<Value extends string> {
    value: Value;
    label: string;
}

interface ChoiceGroup<Value extends string> {
    label: string;
    choices: Choice<Value>[];
}

interface Props<Value extends string> {
    label: string;
    hint?: string;
    value: Value;
    choices: Choice<Value>[];
    /** Behind those, under headings. */
    groups?: ChoiceGroup<Value>[];
    /** It takes nothing just now, and keeps the focus. */
    disabled?: boolean;
    testid?: string;
    onChange(value: Value): void;
}

/** One of several, out of a list that opens. */
export function Select<Value extends string>({ label, hint, value, choices, groups = [], disabled, testid, onChange }: Props<Value>) {
    const id = useId();
    return (
        <div className="field">
            <label className="field-label" htmlFor={id}>
                {label}
            </label>
            <select id={id} className="input" value={value} aria-disabled={disabled} aria-describedby={hint && `${id}-hint`} data-testid={testid} onChange={(event) => disabled || onChange(event.target.value as Value)}>
                <Options of={choices} />
                {groups.map((group) => (
                    <optgroup key={group.label} label={group.label}>
                        <Options of={group.choices} />
                    </optgroup>
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

function Options({ of }: { of: Choice<string>[] }) {
    return of.map(({ value, label }) => (
        <option key={value} value={value}>
            {label}
        </option>
    ));
}
