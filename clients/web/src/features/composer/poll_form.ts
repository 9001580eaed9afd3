import { t } from "../../i18n/mod.js";

/** As the server takes them, unless its operator set other limits. */
export const MOST_OPTIONS = 20;
const QUESTION_BYTES = 1_024;
const OPTION_BYTES = 256;
const AHEAD_MS = 366 * 86_400_000;

/** What can be answered: what was filled in. */
export function optionsOf(texts: readonly string[]): string[] {
    return texts.map((text) => text.trim()).filter((text) => text !== "");
}

/** The field that has to be changed before a poll can be sent, and why; an option by its place. */
export function problemOf(question: string, texts: readonly string[], closes: Date | null): { field: "question" | "end" | number; text: string } | null {
    if (question.trim() === "") return { field: "question", text: t("poll.missing.question") };
    if (bytesOf(question.trim()) > QUESTION_BYTES) return { field: "question", text: t("poll.long") };
    const trimmed = texts.map((text) => text.trim());
    for (const [at, text] of trimmed.entries()) {
        if (bytesOf(text) > OPTION_BYTES) return { field: at, text: t("poll.long") };
        if (text !== "" && trimmed.indexOf(text) < at) return { field: at, text: t("poll.twice") };
    }
    if (optionsOf(texts).length < 2) return { field: trimmed.indexOf(""), text: t("poll.missing.options") };
    const wait = closes ? closes.getTime() - Date.now() : 1;
    return wait > 0 && wait <= AHEAD_MS ? null : { field: "end", text: t("poll.end.wrong") };
}

function bytesOf(text: string): number {
    return new TextEncoder().encode(text).length;
}
