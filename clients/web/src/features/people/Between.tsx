import { t } from "../../i18n/mod.js";

/** Between who wrote a message and the chat in which it stands: names of several words, of which one has to know where each ends. */
export function Between() {
    return (
        <>
            <span className="muted" aria-hidden="true">
                ·
            </span>
            <span className="hidden-visually"> {t("message.in")} </span>
        </>
    );
}
