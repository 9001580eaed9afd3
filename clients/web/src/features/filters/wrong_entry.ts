import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";

/** What the server takes, as far as it has told it. */
type Limits = Readonly<Record<string, number>>;

/** Why the server did not take these words: which of them, as far as that is to be seen from here. */
export function wrongWord(words: readonly string[], limits: Limits): string {
    const { filter_words: most = Infinity, filter_word_bytes: longest = Infinity } = limits;
    if (words.length > most) return t("filters.too_many", { count: numberText(most) });
    const long = words.find((word) => new TextEncoder().encode(word).length > longest);
    if (long !== undefined) return t("filters.words.long", { entry: long });
    const starred = words.find((word) => word.slice(1, -1).includes("*") || /^\*+$/.test(word));
    return starred === undefined ? t("filters.words.wrong") : t("filters.words.star", { entry: starred });
}

/** The same of hosts. */
export function wrongHost(hosts: readonly string[], limits: Limits): string {
    const { filter_hosts: most = Infinity } = limits;
    if (hosts.length > most) return t("filters.too_many", { count: numberText(most) });
    const wrong = hosts.find((host) => !isHost(host));
    return wrong === undefined ? t("filters.hosts.wrong") : t("filters.hosts.entry", { entry: wrong });
}

function isHost(text: string): boolean {
    return !/\s/.test(text) && URL.canParse(text.includes("://") ? text : `http://${text}`) && /[.]/.test(text);
}
