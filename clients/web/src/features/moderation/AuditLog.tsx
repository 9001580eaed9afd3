import { useEffect, useMemo, useRef } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { AuditEntry } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { useNames } from "../text/names.js";
import { auditText } from "./audit_text.js";
import { AuditQuestion } from "./AuditQuestion.js";

interface Props {
    room: string;
    onClose(): void;
}

/** What was done in a group to keep the peace: who, to whom, when and why. */
export function AuditLog({ room, onClose }: Props) {
    const lines = useRef<HTMLOListElement>(null);
    const app = useApp();
    const { nameOf } = useNames();
    const audit = useMemo(() => app.audit(room), [app, room]);
    const { entries, people, next, busy, error, type, by, user, since, until } = useStore(audit);
    const asked = type || by || user || since || until;
    useEffect(() => void audit.read(), [audit]);
    const name = (id: string | undefined) => nameOf(id === undefined ? undefined : people.get(id));
    return (
        <Dialog title={t("audit.title")} closeLabel={t("close")} onClose={onClose}>
            <AuditQuestion audit={audit} of="group" room={room} onPerson={(person) => audit.ask(person)} />
            <Problem text={error && errorText(error)} />
            {!busy && !error && entries.length === 0 && <p className="muted" role="status">{t(asked ? "audit.none.such" : "audit.none")}</p>}
            <ol ref={lines} className="audit" aria-busy={busy} data-testid="audit">
                {entries.map((entry) => (
                    <li key={`${entry.created_at} ${entry.seq ?? JSON.stringify(entry.details)}`} data-testid="audit-entry" data-type={entry.type}>
                        <p>
                            {auditText(entry, name(entry.by), name(entry.user_id))}
                            <Reason entry={entry} />
                        </p>
                        <time className="muted small" dateTime={entry.created_at}>
                            {dateAndTime(entry.created_at)}
                        </time>
                    </li>
                ))}
            </ol>
            {next !== null && (
                <MoreButton list={lines} testid="audit-more" busy={busy} onMore={() => void audit.read()}>
                    {t("search.more")}
                </MoreButton>
            )}
        </Dialog>
    );
}

function Reason({ entry: { details } }: { entry: AuditEntry }) {
    const { reason } = details as { reason?: string };
    if (reason === undefined) return null;
    return (
        <span className="audit-reason small">
            {t("notice.reason")} <bdi>{reason}</bdi>
        </span>
    );
}
