import "./form.css";

interface Props {
    label: string;
    hint?: string;
    on: boolean;
    /** It takes nothing just now, and keeps the focus. */
    disabled?: boolean;
    testid?: string;
    onChange(on: boolean): void;
}

/** Something that is on or off, and takes effect at once. */
export function Switch({ label, hint, on, disabled, testid, onChange }: Props) {
    return (
        <button type="button" role="switch" aria-checked={on} className="switch" aria-disabled={disabled} data-testid={testid} onClick={() => disabled || onChange(!on)}>
            <span className="switch-words">
                <span>{label}</span>
                {hint !== undefined && <span className="muted small">{hint}</span>}
            </span>
            <span className="switch-track" aria-hidden="true" />
        </button>
    );
}
