import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { Members } from "../../state/members.js";
import type { ReportQueue } from "../../state/report_queue.js";
import type { Report } from "../../state/types.js";
import { useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { openPerson } from "../people/person_card.js";
import { useNames } from "../text/names.js";
import { Evidence } from "./Evidence.js";
import { ReportActs } from "./ReportActs.js";
import { categoryName, stateName } from "./report_words.js";

interface Props {
    report: Report;
    queue: ReportQueue;
    members: Members | null;
    onStanding: ((user: string) => void) | undefined;
    onGroup: ((room: string) => void) | undefined;
}

/** One report: what is said of whom, what was said, and what can be done. */
export function ReportCard({ report, queue, members, onStanding, onGroup }: Props) {
    const { people, rooms } = useStore(queue);
    const { nameOf } = useNames();
    const name = (id: string | undefined) => nameOf(id === undefined ? undefined : people.get(id));
    const { user_id: user, room } = report;
    // What two have with each other has no name, and is nobody else's.
    const group = rooms.get(room ?? "");
    return (
        <li className="report" data-testid="report" data-report={report.id} data-state={report.state}>
            <header className="report-head">
                <h2>{subject(report, name(user), group)}</h2>
                <span className="tag">{categoryName(report.category)}</span>
            </header>
            <p className="muted small">
                {report.by === undefined ? t("reports.by.filter", { time: dateAndTime(report.created_at) }) : t("reports.by", { name: name(report.by), time: dateAndTime(report.created_at) })}
            </p>
            {report.text !== undefined && (
                <p className="report-text" dir="auto">
                    {report.text}
                </p>
            )}
            {report.escalated_at !== undefined && <Done words={t("reports.escalated.by", { name: name(report.escalated_by), time: dateAndTime(report.escalated_at) })} why={report.escalation} />}
            {report.state === "open" ? (
                <>
                    <Evidence report={report} queue={queue} />
                    <ReportActs report={report} queue={queue} members={members} name={name(user)} />
                </>
            ) : (
                <Done words={t("reports.decided.by", { act: stateName(report.state), name: name(report.resolved_by), time: dateAndTime(report.resolved_at!) })} why={report.resolution} />
            )}
            <div className="acts">
                {user !== undefined && (
                    <Button kind="link" testid="report-person" onClick={() => openPerson(user)}>
                        {t("reports.person", { name: name(user) })}
                    </Button>
                )}
                {user !== undefined && onStanding && (
                    <Button kind="link" testid="report-standing" onClick={() => onStanding(user)}>
                        {t("reports.standing", { name: name(user) })}
                    </Button>
                )}
                {room !== undefined && group && onGroup && (
                    <Button kind="link" testid="report-group" onClick={() => onGroup(room)}>
                        {t("reports.group", { room: group })}
                    </Button>
                )}
            </div>
        </li>
    );
}

function Done({ words, why }: { words: string; why: string | undefined }) {
    return (
        <p className="small">
            {words}
            {why !== undefined && (
                <>
                    {" "}
                    <bdi className="muted">{why}</bdi>
                </>
            )}
        </p>
    );
}

function subject({ kind }: Report, name: string, room: string | undefined): string {
    if (kind === "message") return room === undefined ? t("reports.message", { name }) : t("reports.message.in", { name, room });
    return kind === "user" ? t("reports.user", { name }) : t("reports.room", { room: room ?? "" });
}
