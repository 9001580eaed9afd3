import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp, useMe } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { ownNameOf } from "../text/names.js";
import { DeleteAccount } from "./DeleteAccount.js";
import { PasswordForm } from "./PasswordForm.js";
import { Profile } from "./Profile.js";
import { Status } from "./Status.js";

/** Who one is here, and the ways out. */
export function Account() {
    const app = useApp();
    const me = useMe();
    const signOut = useAction(async () => {
        await app.session.signOut();
        replaceRoute({ at: "home" });
    });
    return (
        <>
            <section className="settings-me">
                <Avatar id={me.id} name={ownNameOf(me)} />
                <div>
                    <bdi className="settings-name">{ownNameOf(me)}</bdi>
                    <p className="muted small">
                        <bdi>@{me.username}</bdi>
                    </p>
                </div>
                <Button testid="sign-out" icon="leave" disabled={signOut.busy} onClick={() => void signOut.run()}>
                    {t("settings.sign_out")}
                </Button>
            </section>
            <Problem text={signOut.error && errorText(signOut.error)} />
            <Status />
            <Profile />
            <PasswordForm />
            <DeleteAccount />
        </>
    );
}
