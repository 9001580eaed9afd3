import { isAbove, PERMISSIONS, permits, roleFor, ROLES, type Member, type Permission, type Role, type RoomEntry, type User } from "@natternet/sdk";

/** What one may do to a member of a group. The server decides; this is for what to offer. */
export interface Rights {
    /** The roles that one may give, the highest first; theirs is not among them. */
    roles: readonly Role[];
    /** One may make them the owner instead of oneself. */
    handOver: boolean;
    mute: boolean;
    remove: boolean;
    ban: boolean;
    /** Delete all that they wrote of late. */
    deleteMessages: boolean;
}

const NONE: Rights = { roles: [], handOver: false, mute: false, remove: false, ban: false, deleteMessages: false };

/** `me`: one's own id. */
export function rightsOver(room: RoomEntry, me: string, { user, role }: Pick<Member, "user" | "role">): Rights {
    if (room.kind !== "group") return NONE;
    if (user.id === me) return { ...NONE, roles: stepsDown(room.role) };
    const owns = room.role === "owner" && role !== "owner";
    const handOver = owns && !user.deleted;
    if (!isAbove(room.role, role)) return { ...NONE, handOver };
    return {
        roles: permits(room, room.role, "roles") ? below(room.role).filter((one) => one !== role) : [],
        handOver,
        mute: permits(room, room.role, "mute"),
        remove: permits(room, room.role, "remove"),
        ban: permits(room, room.role, "ban"),
        deleteMessages: permits(room, room.role, "delete"),
    };
}

/**
 * What one may do to somebody who is not in a group (any more): keep them out, and delete what they left. `perhaps`:
 * they may be in it, of which not all were read; then the server says no where they stand above one.
 */
export function rightsOverAbsent(room: RoomEntry, user: Pick<User, "deleted">, perhaps: boolean): Rights {
    if (room.kind !== "group") return NONE;
    const may = (permission: Permission) => permits(room, room.role, permission);
    return { ...NONE, mute: perhaps && may("mute"), remove: perhaps && may("remove"), ban: !user.deleted && may("ban"), deleteMessages: may("delete") };
}

export function hasRights({ roles, handOver, mute, remove, ban, deleteMessages }: Rights): boolean {
    return roles.length > 0 || handOver || mute || remove || ban || deleteMessages;
}

/** Whether a mute that ends then still holds; `now` is on the server's clock. */
export function isMuted(until: string | undefined, now: number): boolean {
    return until !== undefined && Date.parse(until) > now;
}

/** A line of a group's table of permissions. */
export interface PermissionLine {
    permission: Permission;
    /** The lowest role that may do it. */
    from: Role;
    /** The highest first. `open`: it can be given to this role. */
    roles: readonly { role: Role; may: boolean; open: boolean }[];
}

export function permissionLines(room: RoomEntry): PermissionLine[] {
    return (Object.keys(PERMISSIONS) as Permission[]).map((permission) => {
        const from = roleFor(room, permission);
        const roles = ROLES.map((role) => ({ role, may: !isAbove(from, role), open: !isAbove(PERMISSIONS[permission].least, role) }));
        return { permission, from, roles };
    });
}

function below(role: Role): Role[] {
    return ROLES.filter((one) => isAbove(role, one));
}

/** A group needs an owner, who can only hand it over; all others may lay their role down. */
function stepsDown(role: Role): Role[] {
    return role === "owner" ? [] : below(role);
}
