import { useEffect } from "react";
import { t } from "../../i18n/mod.js";
import { useApp, useStore } from "../../state/use.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { toast } from "../../ui/toast.js";
import { reporting } from "./reporting.js";

const ReportDialog = lazyPart(() => import("./ReportDialog.js"), { onFail: ({ onClose }) => onClose(), rare: true });

/** The form to report something, over whatever is on the screen; and word of what came of it. */
export function ReportLayer() {
    const { reports } = useApp();
    const asked = useStore(reporting);
    useEffect(() => reports.onTold(({ state }) => toast(t(state === "acted" ? "report.told.acted" : "report.told.dismissed"))), [reports]);
    // Whoever signs in next did not ask.
    useEffect(() => () => reporting.set(null), []);
    if (asked === null) return null;
    return <ReportDialog {...asked} onClose={() => reporting.set(null)} />;
}
