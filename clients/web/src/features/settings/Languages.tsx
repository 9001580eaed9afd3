import { isLanguage, LANGUAGES, t, type LanguageTag } from "../../i18n/mod.js";
import { preferences, usePreferences } from "../../state/use_preferences.js";
import { Choices } from "../../ui/Choices.js";

/** The language of the page; each is called by its own name. */
export function Languages() {
    const { language } = usePreferences();
    const tags = Object.keys(LANGUAGES) as LanguageTag[];
    return (
        <section>
            <Choices
                legend={t("language.legend")}
                name="language"
                value={isLanguage(language) ? language : ""}
                choices={[{ value: "", label: t("language.browser") }, ...tags.map((tag) => ({ value: tag, label: LANGUAGES[tag].name, lang: tag }))]}
                onChange={(value) => preferences.change({ language: value })}
            />
            <p className="muted small">{t("language.what")}</p>
        </section>
    );
}
