import { SERVER } from "../../state/reports.js";
import ReportQueue from "../reports/ReportQueue.js";
import { ReportsBadge } from "../reports/ReportsBadge.js";

/** What is reported to the administrators: people, groups, what was said between two, and what moderators handed on. */
export function ServerReports() {
    return (
        <div className="admin-pane">
            <span>
                <ReportsBadge of={SERVER} />
            </span>
            <ReportQueue room={null} />
        </div>
    );
}
