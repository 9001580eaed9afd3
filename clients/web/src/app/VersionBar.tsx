import { t } from "../i18n/mod.js";
import { useApp, useStore } from "../state/use.js";
import { Button } from "../ui/Button.js";
import { Icon } from "../ui/Icon.js";
import { pageVersion, standingOf } from "./version.js";

/** Says when the server is not the one that this page belongs to, as after an update or its undoing. */
export function VersionBar() {
    const app = useApp();
    const server = useStore(app.server);
    const { ready } = useStore(app.update);
    const standing = server ? standingOf(server.version, pageVersion()) : "same";
    if (standing === "same") return <div className="connection" role="status" />;
    const reload = () => (ready ? app.update.apply() : location.reload());
    return (
        <div className="connection" role="status" data-shown="true" data-testid="version" data-standing={standing}>
            <Icon name="alert" />
            <span>{t(standing === "newer" ? "version.newer" : "version.older", { version: server?.version ?? "" })}</span>
            {standing === "newer" && (
                <Button kind="link" onClick={reload}>
                    {t("update.now")}
                </Button>
            )}
        </div>
    );
}
