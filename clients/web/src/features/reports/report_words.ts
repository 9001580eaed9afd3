import { t, type Key } from "../../i18n/mod.js";
import type { ReportCategory, ReportState } from "../../state/types.js";

const CATEGORY: Record<ReportCategory, Key> = {
    spam: "report.spam",
    harassment: "report.harassment",
    hate: "report.hate",
    violence: "report.violence",
    sexual: "report.sexual",
    illegal: "report.illegal",
    impersonation: "report.impersonation",
    self_harm: "report.self_harm",
    other: "report.other",
};

const STATE: Record<ReportState, Key> = { open: "report.state.open", acted: "report.state.acted", dismissed: "report.state.dismissed" };

/** The most common first. */
export const CATEGORIES = Object.keys(CATEGORY) as ReportCategory[];

export function categoryName(category: ReportCategory): string {
    return t(CATEGORY[category]);
}

export function stateName(state: ReportState): string {
    return t(STATE[state]);
}
