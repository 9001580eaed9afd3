import { useEffect, useMemo, useRef } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute, useRoute } from "../../routes/use_route.js";
import { serverAudit } from "../../state/admin_audit.js";
import type { Audit } from "../../state/audit.js";
import type { AuditEntry } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { auditText } from "../moderation/audit_text.js";
import { AuditQuestion } from "../moderation/AuditQuestion.js";
import { useNames } from "../text/names.js";
import { serverAuditText } from "./server_audit_text.js";

/** What was done to keep the peace, everywhere: who, to whom, when and why. */
export function ServerAudit() {
    const lines = useRef<HTMLOListElement>(null);
    const app = useApp();
    const audit = useMemo(() => serverAudit(app.client), [app]);
    const { entries, next, busy, error, type, since, until } = useStore(audit);
    const { by = "", to: user = "" } = useAbout();
    const asked = type || since || until || by || user;
    useEffect(() => audit.ask({ by, user }), [audit, by, user]);
    return (
        <div className="admin-pane">
            <AuditQuestion audit={audit} of="server" onPerson={({ by, user }) => replaceRoute({ at: "admin", tab: "audit", ...(by && { by }), ...(user && { to: user }) })} />
            <Problem text={error && errorText(error)} />
            {!busy && !error && entries.length === 0 && <p className="muted" role="status">{t(asked ? "audit.none.such" : "audit.none")}</p>}
            <ol ref={lines} className="admin-list" aria-busy={busy} data-testid="admin-audit">
                {entries.map((entry, at) => (
                    <Line key={`${at} ${entry.created_at}`} entry={entry} audit={audit} />
                ))}
            </ol>
            {next !== null && (
                <MoreButton list={lines} testid="admin-audit-more" busy={busy} onMore={() => void audit.read()}>
                    {t("search.more")}
                </MoreButton>
            )}
        </div>
    );
}

/** The person whom the address names. */
function useAbout(): { by?: string; to?: string } {
    const route = useRoute();
    return route.at === "admin" ? route : {};
}

function Line({ entry, audit }: { entry: AuditEntry; audit: Audit }) {
    const { nameOf } = useNames();
    const { people } = useStore(audit);
    const name = (id: string | undefined) => nameOf(id === undefined ? undefined : people.get(id));
    const by = entry.by === undefined ? t("admin.audit.operator") : name(entry.by);
    const { reason } = entry.details as { reason?: string };
    return (
        <li className="admin-entry" data-testid="admin-audit-entry" data-type={entry.type}>
            <p>
                {serverAuditText(entry, by, name(entry.user_id)) ?? auditText(entry, by, name(entry.user_id))}
                {reason !== undefined && (
                    <span className="muted small">
                        {" · "}
                        <bdi>{reason}</bdi>
                    </span>
                )}
            </p>
            <time className="muted small" dateTime={entry.created_at}>
                {dateAndTime(entry.created_at)}
            </time>
        </li>
    );
}
