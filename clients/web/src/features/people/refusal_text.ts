import { untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { Action } from "../../state/use.js";

/** Why something could not be done, and from when on it can; null: nothing is known against it. */
export function refusalText({ error, about }: Pick<Action<[]>, "error" | "about">): string | null {
    if (error === "newcomer.limited" && about.until !== undefined) return t("newcomers.until", { time: untilText(about.until) });
    return error && errorText(error);
}
