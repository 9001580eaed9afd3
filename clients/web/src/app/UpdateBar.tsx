import { t } from "../i18n/mod.js";
import { useApp, useStore } from "../state/use.js";
import { Button } from "../ui/Button.js";
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
                    <Button kind="link" testid="update-now" onClick={() => update.apply()}>
                        {t("update.now")}
                    </Button>
                </div>
            )}
        </div>
    );
}
