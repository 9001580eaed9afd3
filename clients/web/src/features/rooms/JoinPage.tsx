import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack, replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Button, IconLink } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import "./rooms.css";

/** Where an invitation link leads: nobody is in a group before they said so. */
export default function JoinPage({ code }: { code: string }) {
    const app = useApp();
    const join = useAction(async () => {
        const room = await app.joinByLink(code);
        replaceRoute({ at: "room", room: room.id });
    });
    return (
        <div className="join">
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} onClick={onBack} testid="back" />
                <h2>{t("join.title")}</h2>
            </header>
            <div className="join-body">
                <Icon name="people" />
                <p>{t("join.text")}</p>
                <Problem text={join.error && (join.error === "room.already_member" ? t("join.already") : errorText(join.error))} />
                <Button kind="primary" testid="join" disabled={join.busy} onClick={() => void join.run()}>
                    {t("join.do")}
                </Button>
            </div>
        </div>
    );
}
