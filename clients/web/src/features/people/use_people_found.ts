import { useMemo } from "react";
import type { PeopleSearch, PeopleSearchView } from "../../state/people_search.js";
import type { User } from "../../state/types.js";
import { useContacts, usePeople, useStore } from "../../state/use.js";
import { fitOf } from "../rooms/order.js";
import { useNames } from "./names.js";

/** The people that a search finds, before them those of one's contacts whom one calls so oneself. */
export function usePeopleFound(search: PeopleSearch): PeopleSearchView {
    const view = useStore(search);
    const contacts = useContactList();
    const { nameOf } = useNames();
    const { text, found } = view;
    return useMemo(() => {
        const known = text.trim() === "" ? [] : contacts.filter((user) => fitOf(nameOf(user), text) > 0);
        const ids = new Set(known.map(({ id }) => id));
        return { ...view, found: [...known, ...found.filter(({ id }) => !ids.has(id))] };
    }, [view, text, found, contacts, nameOf]);
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
