import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { OwnReportEntry } from "../../state/types.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { categoryName, stateName } from "./report_words.js";

const KIND: Record<OwnReportEntry["kind"], Key> = { message: "report.of.message", user: "report.of.user", room: "report.of.room" };

/** What one has reported, and what came of it. */
export function OwnReports() {
    const { reports } = useApp();
    const { own } = useStore(reports);
    const putAside = useAction((id: string) => reports.putAside(id));
    return (
        <section>
            <h3>{t("report.own")}</h3>
            <Problem text={putAside.error && errorText(putAside.error)} />
            {own.length === 0 && <p className="muted small">{t("report.own.none")}</p>}
            <ul className="settings-list" data-testid="own-reports">
                {own.map((report) => (
                    <li key={report.id} className="settings-line" data-testid="own-report" data-state={report.state}>
                        <span>
                            {t(KIND[report.kind])} · {categoryName(report.category)}
                            <br />
                            <span className="muted small">
                                {dateAndTime(report.created_at)} · {stateName(report.state)}
                            </span>
                        </span>
                        {report.state !== "open" && <IconButton icon="close" label={t("report.put_aside")} testid="put-aside" disabled={putAside.busy} onClick={() => void putAside.run(report.id)} />}
                    </li>
                ))}
            </ul>
        </section>
    );
}
