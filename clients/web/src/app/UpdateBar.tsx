import { t } from "../i18n/mod.js";
import { useApp, useStore } from "../state/use.js";
import "./update.css";

/** Offers a newer version of the page. It waits: nobody is interrupted. */
export function UpdateBar() {
    const { update } = useApp();
    const { ready } = useStore(update);
    return (
        <div className="update-place" role="status">
            {ready && (
                <div className="update" data-testid="update">
                    <span>{t("update.ready")}</span>
                    <button type="button" className="button" data-kind="link" data-testid="update-now" onClick={() => update.apply()}>
                        {t("update.now")}
                    </button>
                </div>
            )}
        </div>
    );
}
