import { t, type Key } from "../../i18n/mod.js";
import type { AuditEntry } from "../../state/types.js";

/** What was done to the server or an account, as a sentence; null: it was done in a room. */
export function serverAuditText(entry: AuditEntry, by: string, who: string): string | null {
    switch (entry.type) {
        case "user.suspended":
            return t("audit.server.suspended", { by, who });
        case "user.unsuspended":
            return t("audit.server.unsuspended", { by, who });
        case "user.sessions_ended":
            return t("audit.server.sessions", { by, who });
        case "user.admin_granted":
            return t("audit.server.granted", { by, who });
        case "user.admin_revoked":
            return t("audit.server.revoked", { by, who });
        case "server.settings_updated":
            return t(settingsKey(entry), { by });
        case "user.password_set":
            return t("audit.server.password", { by, who });
        case "server.invite_created":
            return t("audit.server.invite", { by });
        case "emoji.added":
            return t("audit.server.emoji_added", { by, name: nameIn(entry) });
        case "emoji.renamed":
            return t("audit.server.emoji_renamed", { by, name: nameIn(entry), text: nameIn(entry, "new_name") });
        case "emoji.removed":
            return t("audit.server.emoji_removed", { by, name: nameIn(entry) });
        default:
            return null;
    }
}

function nameIn({ details }: AuditEntry, field: "name" | "new_name" = "name"): string {
    return `:${String((details as Partial<Record<typeof field, unknown>>)[field] ?? "")}:`;
}

/** Which of the settings it was. */
function settingsKey({ details }: AuditEntry): Key {
    const [set, ...others] = Object.keys(details as object);
    if (others.length > 0) return "audit.server.several";
    if (set === "filters") return "audit.server.filters";
    return set === "newcomers" ? "audit.server.newcomers" : "audit.server.settings";
}
