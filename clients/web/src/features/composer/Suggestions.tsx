import { t } from "../../i18n/mod.js";
import { Avatar } from "../../ui/Avatar.js";
import { Icon } from "../../ui/Icon.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import type { Suggestion } from "./suggestions.js";

interface Props {
    id: string;
    suggestions: Suggestion[];
    chosen: number;
    onChoose(index: number): void;
    onPick(suggestion: Suggestion): void;
}

function Face({ of: { face, label } }: { of: Suggestion }) {
    if ("emoji" in face) return <span className="suggestion-emoji"><EmojiFace of={face.emoji} /></span>;
    if ("person" in face) return <Avatar id={face.person} name={label} size="tiny" />;
    return <Icon name="people" />;
}

/** What a word may become, above the field; the field keeps the focus. */
export function Suggestions({ id, suggestions, chosen, onChoose, onPick }: Props) {
    return (
        <ul id={id} role="listbox" className="suggestions" aria-label={t("composer.suggestions")}>
            {suggestions.map((suggestion, index) => (
                <li
                    key={suggestion.key}
                    id={`${id}-${index}`}
                    role="option"
                    aria-selected={index === chosen}
                    data-testid="suggestion"
                    onPointerMove={() => onChoose(index)}
                    onMouseDown={(event) => {
                        event.preventDefault(); // the field keeps the focus
                        onPick(suggestion);
                    }}
                >
                    <Face of={suggestion} />
                    <bdi className="one-line">{suggestion.label}</bdi>
                    <bdi className="one-line muted small">{suggestion.note}</bdi>
                </li>
            ))}
        </ul>
    );
}
