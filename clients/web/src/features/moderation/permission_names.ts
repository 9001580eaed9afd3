import type { Permission } from "../../state/types.js";
import { t, type Key } from "../../i18n/mod.js";

const NAMES: Record<Permission, Key> = {
    write: "permission.write",
    react: "permission.react",
    mention_all: "permission.mention_all",
    pin: "permission.pin",
    delete: "permission.delete",
    invite: "permission.invite",
    remove: "permission.remove",
    roles: "permission.roles",
    edit: "permission.edit",
    slow_mode: "permission.slow_mode",
    lock: "permission.lock",
    archive: "permission.archive",
    permissions: "permission.permissions",
    mute: "permission.mute",
    ban: "permission.ban",
    forward: "permission.forward",
    audit: "permission.audit",
    reports: "permission.reports",
    filters: "permission.filters",
    retention: "permission.retention",
};

/** What an act is called. */
export function permissionName(permission: Permission): string {
    return t(NAMES[permission]);
}
