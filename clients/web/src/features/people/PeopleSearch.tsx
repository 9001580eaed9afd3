import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { useNames } from "../text/names.js";
import { openPerson } from "./person_card.js";
import { PersonRow } from "./PersonRow.js";
import { useContactList, usePeopleFound, type Near } from "./use_people_found.js";

interface Props {
    /** Knows the ids of those who are chosen already. */
    chosen?: Pick<ReadonlySet<string>, "has">;
    /** One begins elsewhere. */
    later?: true;
    /** Nobody is shown as long as nothing is typed. */
    bare?: true;
    /** They are found before others. */
    near?: Near;
    onPick(id: string, name: string): void;
    /** Somebody else is looked for. */
    onType?(): void;
}

/** A field to find people by name, and those found. */
export function PeopleSearch({ chosen = new Set(), later, bare, near, onPick, onType }: Props) {
    const app = useApp();
    const { nameOf } = useNames();
    const [search] = useState(() => app.peopleSearch());
    const { text, found, searching, error } = usePeopleFound(search, near);
    const all = useContactList();
    const contacts = bare ? [] : all;
    const typed = text.trim() !== "";
    const settled = typed && !searching && !error;
    const onChange = (wanted: string) => {
        onType?.();
        search.type(wanted);
    };
    return (
        <div className="people-search">
            <SearchField label={t("people.search")} testid="people-search" autoFocus={!later} value={text} onChange={(event) => onChange(event.target.value)} />
            <Problem text={error && errorText(error)} />
            <p className="hidden-visually" role="status">{settled ? t("people.found", { count: found.length }) : ""}</p>
            {settled && found.length === 0 && <p className="people-none muted small">{t("people.none")}</p>}
            {!typed && contacts.length > 0 && <h2 className="people-title muted small">{t("people.contacts")}</h2>}
            <ul className="people-list scrolls" aria-label={t(typed ? "rooms.people" : "people.contacts")}>
                {(typed ? found : contacts).map((user) => (
                    <li key={user.id} className="people-line">
                        <button
                            type="button"
                            className="people-pick"
                            data-testid="person"
                            data-user={user.username}
                            aria-pressed={chosen.has(user.id)}
                            onClick={() => onPick(user.id, nameOf(user))}
                        >
                            <PersonRow user={user}>{chosen.has(user.id) && <Icon name="check" />}</PersonRow>
                        </button>
                        <IconButton icon="info" label={t("person.open", { name: nameOf(user) })} size="small" testid="person-open" onClick={() => openPerson(user.id)} />
                    </li>
                ))}
            </ul>
        </div>
    );
}
