import { durationText } from "../../i18n/durations.js";
import { t } from "../../i18n/mod.js";
import type { Removal } from "../../state/removals.js";
import { usePerson } from "../../state/use.js";
import { useNames } from "../text/names.js";
import "./moderation.css";

/** What somebody sees who was removed from the group that they were looking at. */
export function Removed({ removal: { name, by, reason, ban } }: { removal: Removal }) {
    const { nameOf } = useNames();
    const remover = nameOf(usePerson(by));
    return (
        <div className="removed" role="status" data-testid="removed">
            <h2>{t("removed.title", { name })}</h2>
            <p>{t("removed.by", { by: remover })}</p>
            {ban && <p>{ban.seconds === undefined ? t("removed.banned") : t("removed.banned.time", { time: durationText(ban.seconds) })}</p>}
            {reason !== undefined && (
                <p>
                    {t("notice.reason")} <bdi>{reason}</bdi>
                </p>
            )}
        </div>
    );
}
