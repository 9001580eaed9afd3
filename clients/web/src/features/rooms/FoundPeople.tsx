import { useEffect, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { go } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";
import { usePeopleFound } from "../people/use_people_found.js";

interface Props {
    wanted: string;
    /** No room fits either. */
    none: boolean;
    onDone(): void;
}

/** Below the rooms that fit: people who do, to begin a chat with. */
export function FoundPeople({ wanted, none, onDone }: Props) {
    const app = useApp();
    const [search] = useState(() => app.peopleSearch());
    const { found, searching, error } = usePeopleFound(search);
    useEffect(() => search.type(wanted), [search, wanted]);
    const open = useAction(async (id: string) => {
        const room = await app.openDirect(id);
        onDone();
        go({ at: "room", room: room.id });
    });
    const problem = open.error ?? error;
    return (
        <section className="rooms-found scrolls" aria-label={t("rooms.people")}>
            {found.length > 0 && <h3 className="rooms-found-title">{t("rooms.people")}</h3>}
            <Problem text={problem && errorText(problem)} />
            <ul>
                {found.map((user) => (
                    <li key={user.id}>
                        <button type="button" className="people-pick" data-testid="found-person" data-user={user.username} disabled={open.busy} onClick={() => void open.run(user.id)}>
                            <PersonRow user={user} />
                        </button>
                    </li>
                ))}
            </ul>
            <p className="hidden-visually" role="status">
                {searching ? "" : t("people.found", { count: found.length })}
            </p>
            {none && !searching && !error && found.length === 0 && <p className="rooms-none muted">{t("rooms.none", { text: wanted.trim() })}</p>}
        </section>
    );
}
