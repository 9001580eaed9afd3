import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp } from "../../state/use.js";
import { useService } from "../../state/use_service.js";
import { Button } from "../../ui/Button.js";
import { Field, PasswordField } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

/** Changing one's password, which signs out everywhere else. */
export function PasswordForm() {
    const app = useApp();
    const { account } = useService();
    const [done, setDone] = useState(false);
    const change = useAction((form: FormData) => {
        return app.changePassword(String(form.get("old")), String(form.get("new")));
    });
    const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        const form = event.currentTarget;
        setDone(false);
        if (!(await change.run(new FormData(form)))) return;
        form.reset();
        setDone(true);
    };
    const wrong = change.error === "auth.invalid_credentials";
    const refused = change.error === "field.invalid" && change.about.field === "new_password";
    return (
        <section>
            <h3>{t("password.title")}</h3>
            <form className="settings-form" onSubmit={(event) => void onSubmit(event)}>
                <Field
                    label={t("password.old")}
                    name="old"
                    testid="old-password"
                    type="password"
                    autoComplete="current-password"
                    required
                    error={wrong ? t("password.wrong") : null}
                />
                <PasswordField
                    label={t("password.new")}
                    show={t("password.show")}
                    name="new"
                    testid="new-password"
                    autoComplete="new-password"
                    minLength={account.password_min}
                    required
                    hint={t("password.hint", { count: account.password_min })}
                    error={refused ? t("login.password.wrong") : null}
                />
                <Problem text={change.error && !wrong && !refused ? errorText(change.error) : null} />
                {done && (
                    <p role="status" className="small" data-testid="password-changed">
                        {t("password.done")}
                    </p>
                )}
                <Button type="submit" testid="change-password" disabled={change.busy}>
                    {t("password.change")}
                </Button>
            </form>
        </section>
    );
}
