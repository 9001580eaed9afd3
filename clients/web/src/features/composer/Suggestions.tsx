import { t } from "../../i18n/mod.js";
import { Avatar } from "../../ui/Avatar.js";
import type { Suggestion } from "./suggestions.js";

interface Props {
    id: string;
    suggestions: Suggestion[];
    chosen: number;
    onChoose(index: number): void;
    onPick(suggestion: Suggestion): void;
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
                    {"emoji" in suggestion.face ? (
                        <span className="suggestion-emoji">{suggestion.face.emoji}</span>
                    ) : (
                        <Avatar id={suggestion.face.person} name={suggestion.label} size="tiny" />
                    )}
                    <bdi className="one-line">{suggestion.label}</bdi>
                    <bdi className="one-line muted small">{suggestion.note}</bdi>
                </li>
            ))}
        </ul>
    );
}
