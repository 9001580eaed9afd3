import { t, type Key } from "../../i18n/mod.js";
import type { Role } from "../../state/types.js";

const NAMES: Record<Role, Key> = {
    owner: "members.owner",
    admin: "role.admin",
    moderator: "role.moderator",
    member: "role.member",
    guest: "role.guest",
};

/** What a role is called. */
export function roleName(role: Role): string {
    return t(NAMES[role]);
}
