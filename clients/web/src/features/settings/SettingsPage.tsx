import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp, useMe } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { nameOf } from "../people/names.js";
import { DeleteAccount } from "./DeleteAccount.js";
import { DisplayName } from "./DisplayName.js";
import { PasswordForm } from "./PasswordForm.js";
import { SessionList } from "./SessionList.js";
import "./settings.css";

/** One's own account. */
export function SettingsPage() {
    const app = useApp();
    const me = useMe();
    const signOut = useAction(async () => {
        await app.session.signOut();
        replaceRoute({ at: "home" });
    });
    return (
        <main className="settings">
            <header className="pane-head">
                <a className="icon-button back" href={hrefOf({ at: "home" })} aria-label={t("back")} data-testid="back">
                    <Icon name="back" flips />
                </a>
                <h1>{t("settings.title")}</h1>
            </header>
            <div className="settings-body">
                <section className="settings-me">
                    <Avatar id={me.id} name={nameOf(me)} />
                    <div>
                        <bdi className="settings-name">{nameOf(me)}</bdi>
                        <p className="muted small">@{me.username}</p>
                    </div>
                    <button type="button" className="button" data-testid="sign-out" disabled={signOut.busy} onClick={() => void signOut.run()}>
                        {t("settings.sign_out")}
                    </button>
                </section>
                <Problem text={signOut.error && errorText(signOut.error)} />
                <DisplayName />
                <SessionList />
                <PasswordForm />
                <DeleteAccount />
            </div>
        </main>
    );
}
