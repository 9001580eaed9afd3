import { t } from "../../i18n/mod.js";
import type { AuditEntry } from "../../state/types.js";
import { noticeText } from "../text/notice_text.js";

type Noticed = Parameters<typeof noticeText>[0];

/** What was done, as a sentence: as the timeline tells it, and what it leaves away. */
export function auditText(entry: AuditEntry, by: string, who: string): string {
    switch (entry.type) {
        case "message.deleted":
            if (isByServer(entry)) return t("audit.deleted.reported", { by: t("notice.server.by", { by }), who });
            return t("audit.deleted", { by, who });
        case "report.escalated":
            return t("audit.report.escalated", { by });
        case "report.resolved":
            return t((entry.details as { outcome?: string }).outcome === "acted" ? "audit.report.acted" : "audit.report.dismissed", { by });
        case "report.created":
            return t("audit.report.created", { by });
        case "room.link.created":
            return t("audit.link", { by });
        case "room.link.revoked":
            return t("audit.link.revoked", { by });
        case "room.request.closed":
            return t("audit.refused", { by, who });
        case "room.updated":
            if (entry.user_id !== undefined && isByServer(entry)) return t("notice.server.owner", { by, who });
            if (entry.user_id !== undefined) return t("audit.passed", { by, who });
            return noticed(entry, by, who);
        default:
            return noticed(entry, by, who);
    }
}

function isByServer({ details }: AuditEntry): boolean {
    return (details as { by_server?: boolean }).by_server === true;
}

function noticed(entry: AuditEntry, by: string, who: string): string {
    return noticeText({ ...(entry.details as object), ...entry } as unknown as Noticed, { by, who, mine: false }) ?? entry.type;
}
