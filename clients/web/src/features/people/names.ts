import { t } from "../../i18n/mod.js";

interface Named {
    display_name: string;
    username: string;
    deleted?: boolean;
}

/** What to call somebody; a deleted account has no name any more. */
export function nameOf(user: Named | undefined): string {
    if (!user) return "…";
    if (user.deleted) return t("person.deleted");
    return user.display_name || user.username;
}

interface TitledRoom {
    kind: "direct" | "group";
    name?: string;
    peer?: Named;
}

export function titleOf(room: TitledRoom): string {
    return room.kind === "group" ? (room.name ?? "") : nameOf(room.peer);
}
