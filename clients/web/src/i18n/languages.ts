import type english from "../../../../locales/en.json";

export type Key = keyof typeof english;
export type Catalogue = Record<Key, string>;

interface Language {
    /** In itself: those who look for it read no other. */
    name: string;
    dir: "ltr" | "rtl";
    load(): Promise<{ default: Catalogue }>;
}

/** A new language is a file in `locales/` and a line here. */
export const LANGUAGES = {
    en: { name: "English", dir: "ltr", load: () => import("../../../../locales/en.json") },
    de: { name: "Deutsch", dir: "ltr", load: () => import("../../../../locales/de.json") },
    ar: { name: "العربية", dir: "rtl", load: () => import("../../../../locales/ar.json") },
} as const satisfies Record<string, Language>;

export type LanguageTag = keyof typeof LANGUAGES;

export function isLanguage(tag: string): tag is LanguageTag {
    return Object.hasOwn(LANGUAGES, tag);
}

/** The first of the person's languages that the page speaks. */
export function preferredLanguage(wanted: readonly string[]): LanguageTag {
    for (const tag of wanted) {
        const language = tag.toLowerCase().split("-")[0]!;
        if (isLanguage(language)) return language;
    }
    return "en";
}
