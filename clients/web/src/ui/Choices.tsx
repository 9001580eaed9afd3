import { Icon, type IconName } from "./Icon.js";
import "./form.css";

interface Choice<Value extends string> {
    value: Value;
    label: string;
    icon?: IconName;
    /** The language of the label, where it is not the page's. */
    lang?: string;
}

interface Props<Value extends string> {
    legend: string;
    name: string;
    value: Value;
    choices: Choice<Value>[];
    onChange(value: Value): void;
}

/** One of a few: a group of radio buttons, each as large as its words. */
export function Choices<Value extends string>({ legend, name, value, choices, onChange }: Props<Value>) {
    return (
        <fieldset>
            <legend className="field-label">{legend}</legend>
            <div className="choices">
                {choices.map((choice) => (
                    <label key={choice.value} className="choice" lang={choice.lang}>
                        {choice.icon && <Icon name={choice.icon} />}
                        <span>{choice.label}</span>
                        <input
                            type="radio"
                            id={`${name}-${choice.value}`}
                            name={name}
                            value={choice.value}
                            checked={choice.value === value}
                            onChange={() => onChange(choice.value)}
                        />
                    </label>
                ))}
            </div>
        </fieldset>
    );
}
