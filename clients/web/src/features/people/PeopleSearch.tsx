import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useApp, useStore } from "../../state/use.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "./PersonRow.js";

interface Props {
    /** Ids of those who are chosen already. */
    chosen?: ReadonlySet<string>;
    onPick(id: string, name: string): void;
}

/** A field to find people by name, and those found. */
export function PeopleSearch({ chosen = new Set(), onPick }: Props) {
    const app = useApp();
    const [search] = useState(() => app.peopleSearch());
    const { text, found, searching, error } = useStore(search);
    const settled = text.trim() !== "" && !searching && !error;
    return (
        <div className="people-search">
            <SearchField label={t("people.search")} testid="people-search" autoFocus value={text} onChange={(event) => search.type(event.target.value)} />
            <Problem text={error && errorText(error)} />
            <p className="hidden-visually" role="status">{settled ? t("people.found", { count: found.length }) : ""}</p>
            {settled && found.length === 0 && <p className="people-none muted small">{t("people.none")}</p>}
            <ul className="people-list">
                {found.map((user) => (
                    <li key={user.id}>
                        <button
                            type="button"
                            className="people-pick"
                            data-testid="person"
                            data-user={user.username}
                            aria-pressed={chosen.has(user.id)}
                            onClick={() => onPick(user.id, user.display_name || user.username)}
                        >
                            <PersonRow user={user}>{chosen.has(user.id) && <Icon name="check" />}</PersonRow>
                        </button>
                    </li>
                ))}
            </ul>
        </div>
    );
}
