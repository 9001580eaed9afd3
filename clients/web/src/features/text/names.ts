import { useMemo } from "react";
import { t } from "../../i18n/mod.js";
import type { ContactsView } from "../../state/contacts.js";
import { useContacts } from "../../state/use.js";

interface Named {
    id: string;
    display_name: string;
    username: string;
    deleted?: boolean;
}

interface TitledRoom {
    kind: "direct" | "group";
    name?: string;
    peer?: Named;
}

export interface Names {
    /** What to call somebody: as one calls them oneself, or as they do. */
    nameOf(user: Named | undefined): string;
    titleOf(room: TitledRoom): string;
}

/** What to call people; drawn anew where one gives somebody another name. */
export function useNames(): Names {
    const { contacts } = useContacts();
    return useMemo(() => namesBy(contacts), [contacts]);
}

export function namesBy(contacts: ContactsView["contacts"]): Names {
    const nameOf = (user: Named | undefined) => (user && !user.deleted && contacts.get(user.id)?.nickname) || ownNameOf(user);
    return { nameOf, titleOf: (room) => (room.kind === "group" ? (room.name ?? "") : nameOf(room.peer)) };
}

/** What somebody calls themselves; a deleted account has no name any more. */
export function ownNameOf(user: Named | undefined): string {
    if (!user) return "…";
    if (user.deleted) return t("person.deleted");
    return user.display_name || user.username;
}
