import { Preferences, type PreferencesView } from "./preferences.js";
import { useStore } from "./use.js";

/** One for the page, there before anybody has signed in. */
export const preferences = new Preferences(localStorage);
addEventListener("storage", (event) => {
    if (event.key === "natternet.preferences") preferences.reread();
});

export function usePreferences(): PreferencesView {
    return useStore(preferences);
}
