import { useEffect, useMemo } from "react";
import type { PeopleSearch, PeopleSearchView } from "../../state/people_search.js";
import { Store } from "../../state/store.js";
import type { Member, User } from "../../state/types.js";
import { useApp, useContacts, usePeople, useStore } from "../../state/use.js";
import { fitOf } from "../text/fit.js";
import { useNames } from "../text/names.js";

/** People who are found before others, also where only their contacts find them elsewhere. */
export interface Near {
    /** Its members. */
    room: string | undefined;
    /** And these, by their ids. */
    people: ReadonlyMap<string, User>;
}

const NOBODY: Near = { room: undefined, people: new Map() };

/** The people that a search finds, before them those of one's contacts whom one calls so oneself, and who is near. */
export function usePeopleFound(search: PeopleSearch, { room, people }: Near = NOBODY): PeopleSearchView {
    const view = useStore(search);
    const contacts = useContactList();
    const { nameOf } = useNames();
    const { text, found } = view;
    const members = useMembersFound(room, text.trim());
    return useMemo(() => {
        const fits = (user: User) => !user.deleted && Math.max(fitOf(nameOf(user), text), fitOf(user.display_name, text), fitOf(user.username, text)) > 0;
        const known = text.trim() === "" ? [] : [...contacts.filter((user) => fitOf(nameOf(user), text) > 0), ...members.filter(fits), ...[...people.values()].filter(fits)];
        return { ...view, found: [...new Map([...known, ...found].map((user) => [user.id, user])).values()] };
    }, [view, text, found, contacts, members, people, nameOf]);
}

const NONE = new Store<readonly Member[]>([]);

/** The members of a group whose names begin so, as far as they were found yet. */
function useMembersFound(room: string | undefined, text: string): User[] {
    const app = useApp();
    const search = useMemo(() => (room === undefined ? null : app.memberSearch(room)), [app, room]);
    const members = useStore(search ?? NONE);
    useEffect(() => search?.hear(), [search]);
    useEffect(() => search?.look(text), [search, text]);
    return useMemo(() => members.map(({ user }) => user), [members]);
}

/** One's contacts by what one calls them, those who are known; `all`: also those whose accounts are deleted. */
export function useContactList(all = false): User[] {
    const { contacts } = useContacts();
    const ids = useMemo(() => [...contacts.keys()], [contacts]);
    const people = usePeople(ids);
    const { nameOf } = useNames();
    const known = people.filter((user): user is User => user !== undefined && (all || !user.deleted));
    const key = known.map((user) => `${user.id} ${nameOf(user)}`).join("\n");
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the same list as long as nobody's name changes
    return useMemo(() => known.sort((a, b) => nameOf(a).localeCompare(nameOf(b))), [key]);
}
