import { lazy, useEffect } from "react";
import { t } from "../../i18n/mod.js";
import { useApp, useStore } from "../../state/use.js";
import { Late } from "../late/Late.js";
import { toast } from "../../ui/toast.js";
import { reporting } from "./reporting.js";

const ReportDialog = lazy(() => import("./ReportDialog.js"));

/** The form to report something, over whatever is on the screen; and word of what came of it. */
export function ReportLayer() {
    const { reports } = useApp();
    const asked = useStore(reporting);
    useEffect(() => reports.onTold(({ state }) => toast(t(state === "acted" ? "report.told.acted" : "report.told.dismissed"))), [reports]);
    // Whoever signs in next did not ask.
    useEffect(() => () => reporting.set(null), []);
    if (asked === null) return null;
    return (
        <Late onFail={() => reporting.set(null)}>
            <ReportDialog {...asked} onClose={() => reporting.set(null)} />
        </Late>
    );
}
