import { t } from "../i18n/mod.js";
import { useApp, useStore } from "../state/use.js";
import { Button } from "../ui/Button.js";
import { Icon } from "../ui/Icon.js";

/** Says when there is no connection. With one it is only there for those who look for its state. */
export function ConnectionBar() {
    const app = useApp();
    const state = useStore(app.connection);
    const shown = state === "stopped" ? "offline" : state;
    return (
        <div className="connection" role="status" data-testid="connection" data-state={shown}>
            {shown !== "online" && (
                <>
                    <Icon name={shown === "offline" ? "offline" : "clock"} />
                    <span>{t(shown === "offline" ? "connection.offline" : "connection.connecting")}</span>
                </>
            )}
            {shown === "offline" && (
                <Button kind="link" onClick={() => app.client.wake()}>
                    {t("connection.now")}
                </Button>
            )}
        </div>
    );
}
