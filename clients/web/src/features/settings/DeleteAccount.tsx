import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";

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
    const problem = remove.error === "auth.invalid_credentials" ? t("password.wrong") : remove.error && errorText(remove.error);
    return (
        <section>
            <h3>{t("delete.title")}</h3>
            <p className="muted small">{t("delete.what")}</p>
            <Button kind="danger" icon="trash" testid="delete-account" onClick={() => setOpen(true)}>
                {t("delete.open")}
            </Button>
            {open && (
                <Dialog title={t("delete.title")} closeLabel={t("cancel")} size="small" onClose={() => setOpen(false)}>
                    <form className="settings-form" onSubmit={onSubmit}>
                        <p>{t("delete.what")}</p>
                        <Field label={t("login.password")} name="password" testid="delete-password" type="password" autoComplete="current-password" autoFocus required error={problem} />
                        <div className="dialog-acts">
                            <Button onClick={() => setOpen(false)}>{t("cancel")}</Button>
                            <Button type="submit" kind="danger" testid="delete-confirm" disabled={remove.busy}>
                                {t("delete.confirm")}
                            </Button>
                        </div>
                    </form>
                </Dialog>
            )}
        </section>
    );
}
