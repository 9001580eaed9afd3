import { useEffect, useMemo, useRef, useState } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { AdminPeople, fits } from "../../state/admin_people.js";
import type { AdminPerson, PeopleState } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { PersonRow } from "../people/PersonRow.js";
import { Standing } from "./Standing.js";

const STATES: [PeopleState, Key][] = [
    ["all", "admin.people.all"],
    ["suspended", "admin.people.suspended"],
    ["admin", "admin.people.admins"],
];

/** All people of the server: looked for by name or by how they stand, and each of them to be opened. */
export function People() {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const people = useMemo(() => new AdminPeople(app.client), [app]);
    const { text, state, found, next, searching, error } = useStore(people);
    const [open, setOpen] = useState<string | null>(null);
    const shown = found.find(({ user }) => user.id === open);
    const listed = found.filter((person) => fits(person, state));
    useEffect(() => void people.search(), [people]);
    return (
        <div className="admin-pane">
            <search className="admin-asked">
                <SearchField label={t("admin.people.search")} testid="admin-search" maxLength={100} value={text} onChange={(event) => people.type(event.target.value)} />
                <Select label={t("admin.people.state")} testid="admin-state" value={state} choices={STATES.map(([value, label]) => ({ value, label: t(label) }))} onChange={(picked) => people.pick(picked)} />
            </search>
            <Problem text={error && errorText(error)} />
            {!searching && !error && listed.length === 0 && (
                <p className="muted" role="status">
                    {text.trim() === "" ? t("admin.people.none") : t("rooms.none", { text: text.trim() })}
                </p>
            )}
            <ul ref={lines} className="admin-list" aria-busy={searching} data-testid="admin-people">
                {listed.map((person) => (
                    <Line key={person.user.id} person={person} onOpen={() => setOpen(person.user.id)} />
                ))}
            </ul>
            {next !== null && (
                <MoreButton list={lines} testid="admin-more" busy={searching} onMore={() => void people.more()}>
                    {t("search.more")}
                </MoreButton>
            )}
            {shown && <Standing person={shown} people={people} onClose={() => setOpen(null)} />}
        </div>
    );
}

function Line({ person, onOpen }: { person: AdminPerson; onOpen(): void }) {
    const { user, suspension, last_seen: seen } = person;
    return (
        <li>
            <button type="button" className="admin-line" data-testid="admin-person" data-user={user.username} data-suspended={suspension !== undefined} data-admin={user.admin === true} onClick={onOpen}>
                <PersonRow user={user} />
                <span className="admin-line-more">
                    {user.admin && <span className="tag">{t("admin.mark.admin")}</span>}
                    {suspension && (
                        <span className="tag" data-kind="warning">
                            {t("admin.mark.suspended")}
                        </span>
                    )}
                    {seen && <span className="muted small">{t("presence.seen", { time: dateAndTime(seen) })}</span>}
                </span>
                <Icon name="next" flips />
            </button>
        </li>
    );
}
