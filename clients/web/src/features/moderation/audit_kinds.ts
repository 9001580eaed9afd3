import { t, type Key } from "../../i18n/mod.js";

/** As a Select takes them. */
interface KindChoices {
    label: string;
    choices: { value: string; label: string }[];
}

interface KindGroup {
    title: Key;
    /** Types of entries. */
    kinds: readonly (readonly [string, Key])[];
}

/** All that the audit log has, in the order in which it is offered. */
export const AUDIT_KINDS: readonly KindGroup[] = [
    {
        title: "audit.kinds.accounts",
        kinds: [
            ["user.suspended", "audit.kind.user.suspended"],
            ["user.unsuspended", "audit.kind.user.unsuspended"],
            ["user.sessions_ended", "audit.kind.user.sessions_ended"],
            ["user.password_set", "audit.kind.user.password_set"],
            ["user.admin_granted", "audit.kind.user.admin_granted"],
            ["user.admin_revoked", "audit.kind.user.admin_revoked"],
        ],
    },
    {
        title: "audit.kinds.server",
        kinds: [
            ["server.settings_updated", "audit.kind.server.settings_updated"],
            ["server.invite_created", "audit.kind.server.invite_created"],
            ["emoji.added", "audit.kind.emoji.added"],
            ["emoji.renamed", "audit.kind.emoji.renamed"],
            ["emoji.removed", "audit.kind.emoji.removed"],
        ],
    },
    {
        title: "audit.kinds.people",
        kinds: [
            ["room.user.muted", "audit.kind.room.user.muted"],
            ["room.user.unmuted", "audit.kind.room.user.unmuted"],
            ["room.user.left", "audit.kind.room.user.left"],
            ["room.user.banned", "audit.kind.room.user.banned"],
            ["room.user.unbanned", "audit.kind.room.user.unbanned"],
            ["room.user.updated", "audit.kind.room.user.updated"],
            ["room.request.closed", "audit.kind.room.request.closed"],
        ],
    },
    {
        title: "audit.kinds.groups",
        kinds: [
            ["room.updated", "audit.kind.room.updated"],
            ["room.link.created", "audit.kind.room.link.created"],
            ["room.link.revoked", "audit.kind.room.link.revoked"],
            ["message.deleted", "audit.kind.message.deleted"],
        ],
    },
    {
        title: "audit.kinds.reports",
        kinds: [
            ["report.created", "audit.kind.report.created"],
            ["report.escalated", "audit.kind.report.escalated"],
            ["report.resolved", "audit.kind.report.resolved"],
        ],
    },
];

/** Of these a group's own log has some; that somebody reported is for administrators alone. */
const OF_GROUPS: readonly Key[] = ["audit.kinds.people", "audit.kinds.groups", "audit.kinds.reports"];
const OF_SERVER: readonly string[] = ["report.created"];

/** The kinds to pick from: all of the server, or those that a group's log may have. */
export function kindChoices(of: "server" | "group"): KindChoices[] {
    const groups = of === "server" ? AUDIT_KINDS : AUDIT_KINDS.filter(({ title }) => OF_GROUPS.includes(title));
    return groups.map(({ title, kinds }) => ({
        label: t(title),
        choices: kinds.filter(([type]) => of === "server" || !OF_SERVER.includes(type)).map(([value, label]) => ({ value, label: t(label) })),
    }));
}
