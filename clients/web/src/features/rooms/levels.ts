import { t } from "../../i18n/mod.js";
import type { NotificationLevel } from "../../state/types.js";

/** What one can be told of a room, with its words. */
export function levelChoices(): { value: NotificationLevel; label: string }[] {
    return [
        { value: "all", label: t("level.all") },
        { value: "mentions", label: t("level.mentions") },
        { value: "none", label: t("level.none") },
    ];
}
