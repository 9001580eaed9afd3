import { LANGUAGES, type Catalogue, type Key, type LanguageTag } from "./languages.js";
import { formatParts, parseMessage, type Part, type Values } from "./message.js";

export { LANGUAGES, isLanguage, preferredLanguage, type Key, type LanguageTag } from "./languages.js";

let language: LanguageTag = "en";
let catalogue: Partial<Catalogue> = {};
let habits = "en";
const parsed = new Map<Key, Part[]>();
const watchers = new Set<() => void>();

/** The language that the page speaks now. */
export const currentLanguage = (): LanguageTag => language;

export function onLanguage(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
}

/** Loads a language and speaks it from then on. */
export async function speak(tag: LanguageTag): Promise<void> {
    const { default: words } = await LANGUAGES[tag].load();
    language = tag;
    catalogue = words;
    parsed.clear();
    // Times and dates follow the person's own habits, in the language of the page.
    habits = navigator.languages.find((wanted) => wanted.split("-")[0] === tag) ?? tag;
    document.documentElement.lang = tag;
    document.documentElement.dir = LANGUAGES[tag].dir;
    for (const watcher of [...watchers]) watcher();
}

/** How the person writes dates and numbers: a language tag, perhaps with a country. */
export const locale = (): string => habits;

export function t(key: Key, values: Values = {}): string {
    let parts = parsed.get(key);
    if (!parts) parsed.set(key, (parts = parseMessage(catalogue[key] ?? key)));
    return formatParts(parts, isolated(values), habits);
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name of another direction than its sentence must not turn what stands around it. */
function isolated(values: Values): Values {
    const rtl = LANGUAGES[language].dir === "rtl";
    const entries = Object.entries(values).map(([name, value]) => {
        return [name, typeof value === "string" && (rtl || RIGHT_TO_LEFT.test(value)) ? `\u2068${value}\u2069` : value];
    });
    return Object.fromEntries(entries) as Values;
}

/** What to tell somebody about an error, by the server's code. */
export function errorText(code: string): string {
    const key = `error.${code}`;
    return key in catalogue ? t(key as Key) : t("error.unknown", { code });
}
