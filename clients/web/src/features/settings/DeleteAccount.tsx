import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

/** The way out for good; it asks for the password, so that no passer-by takes it. */
export function DeleteAccount() {
    const app = useApp();
    const [open, setOpen] = useState(false);
    const remove = useAction(async (password: string) => {
        await app.session.deleteAccount(password);
        replaceRoute({ at: "home" });
    });
    const onSubmit = (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void remove.run(String(new FormData(event.currentTarget).get("password")));
    };
    return (
        <section>
            <h2>{t("delete.title")}</h2>
            <p className="muted small">{t("delete.what")}</p>
            {!open && (
                <button type="button" className="button" data-kind="danger" data-testid="delete-account" onClick={() => setOpen(true)}>
                    {t("delete.open")}
                </button>
            )}
            {open && (
                <form className="settings-form" onSubmit={onSubmit}>
                    <Field label={t("login.password")} name="password" testid="delete-password" type="password" autoComplete="current-password" autoFocus required />
                    <Problem text={remove.error && errorText(remove.error)} />
                    <button className="button" data-kind="danger" data-testid="delete-confirm" disabled={remove.busy}>
                        {t("delete.confirm")}
                    </button>
                    <button type="button" className="button" onClick={() => setOpen(false)}>
                        {t("cancel")}
                    </button>
                </form>
            )}
        </section>
    );
}
