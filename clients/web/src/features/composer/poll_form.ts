import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";

/** What the server takes. */
export interface PollLimits {
    readonly options: number;
    readonly questionBytes: number;
    readonly optionBytes: number;
    readonly openMs: number;
}

/** As the server told them, or the standard ones. */
export function pollLimits(told: Readonly<Record<string, number>>): PollLimits {
    return {
        options: told["poll_options"] ?? 20,
        questionBytes: told["poll_question_bytes"] ?? 1_024,
        optionBytes: told["poll_option_bytes"] ?? 256,
        openMs: (told["poll_open_s"] ?? 366 * 86_400) * 1_000,
    };
}

/** What can be answered: what was filled in. */
export function optionsOf(texts: readonly string[]): string[] {
    return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** The field that has to be changed before a poll can be sent, and why; an option by its place. `now`: by the clock of the server. */
export function problemOf(question: string, texts: readonly string[], closes: Date | null, limits: PollLimits, now: number): { field: "question" | "end" | number; text: string } | null {
    if (question.trim() === "") return { field: "question", text: t("poll.missing.question") };
    if (bytesOf(question.trim()) > limits.questionBytes) return { field: "question", text: t("poll.long") };
    const trimmed = texts.map((text) => text.trim());
    for (const [at, text] of trimmed.entries()) {
        if (bytesOf(text) > limits.optionBytes) return { field: at, text: t("poll.long") };
        if (text !== "" && trimmed.indexOf(text) < at) return { field: at, text: t("poll.twice") };
    }
    if (optionsOf(texts).length < 2) return { field: trimmed.indexOf(""), text: t("poll.missing.options") };
    const wait = closes ? closes.getTime() - now : 1;
    return wait > 0 && wait <= limits.openMs ? null : { field: "end", text: t("poll.end.wrong", { time: dateAndTime(new Date(now + limits.openMs).toISOString()) }) };
}

function bytesOf(text: string): number {
    return new TextEncoder().encode(text).length;
}
