import { useEffect, useRef, useState } from "react";
import { shortTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { useToday } from "../../i18n/use_today.js";
import { codeOf } from "../../state/error_code.js";
import type { ReportQueue } from "../../state/report_queue.js";
import type { Report, ReportEvidence } from "../../state/types.js";
import { Problem } from "../../ui/Problem.js";
import { plainText } from "../text/plain.js";

interface Props {
    report: Report;
    queue: ReportQueue;
}

/** What was reported, as it was then: read when it comes into sight, as a long queue is rarely read to its end. */
export function Evidence({ report: { id, seq, kind }, queue }: Props) {
    const [evidence, setEvidence] = useState<ReportEvidence>();
    const [error, setError] = useState<string | null>(null);
    const place = useRef<HTMLParagraphElement>(null);
    useToday();
    useEffect(() => {
        const sight = new IntersectionObserver((entries) => {
            if (!entries.some((entry) => entry.isIntersecting)) return;
            sight.disconnect(); // once: nothing of it changes
            queue.one(id).then((one) => setEvidence(one.evidence), (reason: unknown) => setError(codeOf(reason)));
        });
        sight.observe(place.current!);
        return () => sight.disconnect();
    }, [queue, id]);
    if (error) return <Problem text={errorText(error)} />;
    if (!evidence) {
        return (
            <p ref={place} className="muted small report-waiting" aria-busy="true">
                {t("timeline.loading")}
            </p>
        );
    }
    const names = new Map(evidence.users.map((user) => [user.id, user.display_name]));
    return (
        <div className="report-evidence" role="group" aria-label={t("reports.evidence")} data-testid="evidence">
            {evidence.topic !== undefined && <p dir="auto">{evidence.topic}</p>}
            {kind === "user" && <Shown evidence={evidence} />}
            <ol role="list">
                {evidence.messages.map((message) => (
                    <li key={message.seq} className="report-line" aria-current={message.seq === seq} data-seq={message.seq}>
                        <span className="small">
                            <bdi>{names.get(message.sender)}</bdi>{" "}
                            <time className="muted" dateTime={message.created_at}>
                                {shortTime(message.created_at)}
                            </time>
                        </span>
                        {message.deleted_at === undefined ? <p dir="auto">{plainText(message.content.text)}</p> : <p className="muted">{t("message.deleted")}</p>}
                        {message.content.type === "poll" && <Options of={message.content.options} />}
                    </li>
                ))}
            </ol>
        </div>
    );
}

function Options({ of }: { of: readonly string[] }) {
    return (
        <ul>
            {of.map((option) => (
                <li key={option}>
                    <bdi>{option}</bdi>
                </li>
            ))}
        </ul>
    );
}

/** What a person showed of themselves. */
function Shown({ evidence: { users } }: { evidence: ReportEvidence }) {
    return users.map((user) => (
        <p key={user.id} dir="auto">
            <bdi>{user.display_name}</bdi> <bdi className="muted">@{user.username}</bdi> {user.about}
        </p>
    ));
}
