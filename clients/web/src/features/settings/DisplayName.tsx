import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useMe } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { toast } from "../../ui/toast.js";

/** How one is called by others. */
export function DisplayName() {
    const app = useApp();
    const me = useMe();
    const [name, setName] = useState(me.display_name);
    const save = useAction(() => app.session.rename(name.trim()));
    const onSubmit = async (event: FormEvent) => {
        event.preventDefault();
        if (await save.run()) toast(t("settings.saved"));
    };
    const changed = name.trim() !== "" && name.trim() !== me.display_name;
    return (
        <section>
            <h3>{t("settings.profile")}</h3>
            <form className="settings-form" onSubmit={(event) => void onSubmit(event)}>
                <Field
                    label={t("login.display_name")}
                    testid="my-name"
                    value={name}
                    maxLength={64}
                    autoComplete="name"
                    error={save.error && errorText(save.error)}
                    onChange={(event) => setName(event.target.value)}
                />
                <Button type="submit" testid="my-name-save" disabled={!changed || save.busy}>
                    {t("save")}
                </Button>
            </form>
        </section>
    );
}
