import { useEffect, useRef, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { User } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";

interface Page {
    users: User[];
    next: string | null;
}

interface Props {
    read(cursor?: string): Promise<Page>;
    /** They are read anew when it is another one. */
    version: number;
    /** Nobody is there, and nobody is asked for. */
    none?: boolean;
}

/** The people behind a number, page by page. */
export function PeoplePages({ read, version, none = false }: Props) {
    const lines = useRef<HTMLUListElement>(null);
    const [page, setPage] = useState<Page>({ users: [], next: null });
    const { run, busy, error } = useAction(async (cursor?: string) => {
        const more = await read(cursor);
        setPage((before) => ({ users: cursor === undefined ? more.users : [...before.users, ...more.users], next: more.next }));
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is read is not what tells that it changed
    useEffect(() => void (!none && run()), [version, none]);
    const { users, next } = none ? { users: [], next: null } : page;
    return (
        <>
            <Problem text={error && errorText(error)} />
            <ul ref={lines} role="list" className="reactors" aria-busy={busy}>
                {users.map((user) => (
                    <li key={user.id}>
                        <PersonRow user={user} />
                    </li>
                ))}
            </ul>
            {next !== null && (
                <MoreButton list={lines} busy={busy} onMore={() => void run(next)}>
                    {t("members.more")}
                </MoreButton>
            )}
        </>
    );
}
