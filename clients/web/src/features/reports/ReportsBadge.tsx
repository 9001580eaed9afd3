import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useApp, useStore } from "../../state/use.js";
import { Badge } from "../../ui/Badge.js";

/** How many reports wait to be decided in a room, or of the server; nothing where there are none. */
export function ReportsBadge({ of }: { of: string }) {
    const open = useStore(useApp().reports).open.get(of) ?? 0;
    if (open === 0) return null;
    return <Badge count={open} shown={numberText(open)} label={t("reports.open", { count: open })} whole testid="reports-badge" />;
}
