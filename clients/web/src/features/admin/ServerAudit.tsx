import { useEffect, useMemo } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { AdminAudit } from "../../state/admin_audit.js";
import type { AuditEntry } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { auditText } from "../members/audit_text.js";
import { useNames } from "../people/names.js";
import { serverAuditText } from "./server_audit_text.js";

const TYPES: [string, Key][] = [
    ["", "admin.audit.all"],
    ["user.suspended", "admin.audit.suspended"],
    ["user.sessions_ended", "admin.audit.sessions"],
    ["user.password_set", "admin.audit.passwords"],
    ["user.admin_granted", "admin.audit.granted"],
    ["server.settings_updated", "admin.audit.settings"],
    ["emoji.added", "admin.audit.emoji"],
    ["room.user.banned", "admin.audit.banned"],
    ["message.deleted", "admin.audit.deleted"],
    ["report.resolved", "admin.audit.reports"],
];

/** What was done to keep the peace, everywhere: who, to whom, when and why. */
export function ServerAudit() {
    const app = useApp();
    const audit = useMemo(() => new AdminAudit(app.client), [app]);
    const { type, since, until, entries, next, busy, error } = useStore(audit);
    useEffect(() => void audit.read(), [audit]);
    return (
        <div className="admin-pane">
            <div className="admin-asked">
                <Select label={t("admin.people.state")} testid="admin-audit-type" value={type} choices={TYPES.map(([value, label]) => ({ value, label: t(label) }))} onChange={(picked) => audit.pick(picked)} />
                <Field label={t("search.since")} type="date" testid="admin-audit-since" value={since} max={until || undefined} onChange={(event) => audit.ask({ since: event.target.value })} />
                <Field label={t("search.until")} type="date" testid="admin-audit-until" value={until} min={since || undefined} onChange={(event) => audit.ask({ until: event.target.value })} />
            </div>
            <Problem text={error && errorText(error)} />
            {!busy && !error && entries.length === 0 && <p className="muted">{t("audit.none")}</p>}
            <ol className="admin-list" aria-busy={busy} data-testid="admin-audit">
                {entries.map((entry, at) => (
                    <Line key={`${at} ${entry.created_at}`} entry={entry} audit={audit} />
                ))}
            </ol>
            {next !== null && (
                <Button testid="admin-audit-more" disabled={busy} onClick={() => void audit.read()}>
                    {t("search.more")}
                </Button>
            )}
        </div>
    );
}

function Line({ entry, audit }: { entry: AuditEntry; audit: AdminAudit }) {
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
