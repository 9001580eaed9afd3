import { currentLanguage, isLanguage, preferredLanguage, speak, type LanguageTag } from "../i18n/mod.js";
import type { PreferencesView } from "../state/preferences.js";
import { preferences } from "../state/use_preferences.js";

const moreContrast = matchMedia("(prefers-contrast: more)");

/** Puts what the person likes onto the page's root, from where the tokens take it. */
function dress({ theme, contrast, density, size }: PreferencesView): void {
    const { dataset } = document.documentElement;
    dataset["theme"] = theme;
    dataset["contrast"] = contrast || moreContrast.matches ? "more" : "normal";
    dataset["density"] = density;
    dataset["size"] = size;
    // The browser's own bars follow what is on the screen.
    for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
        const media = theme === "system" ? `(prefers-color-scheme: ${meta.dataset["for"]})` : meta.dataset["for"] === theme ? "all" : "not all";
        meta.media = media;
    }
}

function wantedLanguage({ language }: PreferencesView): LanguageTag {
    return isLanguage(language) ? language : preferredLanguage(navigator.languages);
}

/** Dresses the page and keeps it dressed. Resolves when its language has been loaded. */
export async function keepAppearance(): Promise<void> {
    const follow = () => {
        const view = preferences.get();
        dress(view);
        if (wantedLanguage(view) !== currentLanguage()) void speak(wantedLanguage(view)).catch(() => {}); // goes on as it was
    };
    dress(preferences.get());
    await speak(wantedLanguage(preferences.get())).catch(() => speak("en"));
    preferences.subscribe(follow);
    moreContrast.addEventListener("change", follow);
}
