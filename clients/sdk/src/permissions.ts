import type { Permission, Permissions, Role, RoomKind } from "./schema.gen.js";
import { PERMISSIONS, ROLES } from "./schema.gen.js";

/** What decides who may do what: of a RoomView, a RoomEntry. */
export interface Permitting {
    kind: RoomKind;
    permissions?: Permissions;
}

/** The lowest role that may do it in this group. */
export function roleFor(room: Permitting, permission: Permission): Role {
    return room.permissions?.[permission] ?? PERMISSIONS[permission].role;
}

/** Whether somebody of this role may do it in this room. The server decides; this is for what to offer. */
export function permits(room: Permitting, role: Role, permission: Permission): boolean {
    if (room.kind === "direct") return PERMISSIONS[permission].direct;
    return !isAbove(roleFor(room, permission), role);
}

/** Whether a role is above another. What is done to a person takes a role above theirs. */
export function isAbove(role: Role, other: Role): boolean {
    return ROLES.indexOf(role) < ROLES.indexOf(other);
}
