import { t } from "../../i18n/mod.js";
import { preferences, usePreferences } from "../../state/use_preferences.js";
import { Choices } from "../../ui/Choices.js";
import { Switch } from "../../ui/Switch.js";
import { UndoWish } from "./UndoWish.js";

/** How the page looks. Everything takes effect at once, on this device; whether what one sends can be undone, on all. */
export function Appearance() {
    const { theme, contrast, density, size, enterSends } = usePreferences();
    return (
        <>
            <section>
                <Choices
                    legend={t("appearance.theme")}
                    name="theme"
                    value={theme}
                    choices={[
                        { value: "system", label: t("appearance.system"), icon: "half" },
                        { value: "light", label: t("appearance.light"), icon: "sun" },
                        { value: "dark", label: t("appearance.dark"), icon: "moon" },
                    ]}
                    onChange={(value) => preferences.change({ theme: value })}
                />
                <Switch label={t("appearance.contrast")} hint={t("appearance.contrast.hint")} on={contrast} testid="contrast" onChange={(on) => preferences.change({ contrast: on })} />
            </section>
            <section>
                <Choices
                    legend={t("appearance.size")}
                    name="size"
                    value={size}
                    choices={[
                        { value: "small", label: t("appearance.small") },
                        { value: "normal", label: t("appearance.normal") },
                        { value: "large", label: t("appearance.large") },
                        { value: "huge", label: t("appearance.huge") },
                    ]}
                    onChange={(value) => preferences.change({ size: value })}
                />
                <Choices
                    legend={t("appearance.density")}
                    name="density"
                    value={density}
                    choices={[
                        { value: "cosy", label: t("appearance.cosy") },
                        { value: "compact", label: t("appearance.compact") },
                    ]}
                    onChange={(value) => preferences.change({ density: value })}
                />
            </section>
            <section>
                <Switch
                    label={t("appearance.enter")}
                    hint={t(enterSends ? "appearance.enter.on" : "appearance.enter.off")}
                    on={enterSends}
                    testid="enter-sends"
                    onChange={(on) => preferences.change({ enterSends: on })}
                />
                <UndoWish />
            </section>
        </>
    );
}
