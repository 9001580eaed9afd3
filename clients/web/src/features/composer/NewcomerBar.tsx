import { listOf, untilText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { Newness } from "../../state/write_permission.js";
import { Icon } from "../../ui/Icon.js";
import { BARS } from "../filters/bars.js";

/** Above the field: what one may not write yet as a newcomer, and until when. */
export function NewcomerBar({ id, newness: { until, bars } }: { id: string; newness: Newness }) {
    return (
        <p id={id} className="composer-slow muted small" role="note" data-testid="newcomer">
            <Icon name="clock" />
            {t("composer.newcomer", { time: untilText(new Date(until).toISOString()), what: listOf(bars.map((bar) => t(BARS[bar]))) })}
        </p>
    );
}
