import { durationText } from "../../i18n/durations.js";
import { t } from "../../i18n/mod.js";

/** How far back somebody's messages are deleted, in seconds; "": all of them. */
const SPANS = ["3600", "86400", "604800", ""];

export function spanChoices(): { value: string; label: string }[] {
    return SPANS.map((value) => ({ value, label: value === "" ? t("members.delete_messages.all") : t("members.delete_messages.last", { time: durationText(Number(value)) }) }));
}
