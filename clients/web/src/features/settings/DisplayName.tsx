import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useMe } from "../../state/use.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

/** How one is called by others. */
export function DisplayName() {
    const app = useApp();
    const me = useMe();
    const [name, setName] = useState(me.display_name);
    const save = useAction(() => app.session.rename(name.trim()));
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void save.run();
    };
    const changed = name.trim() !== "" && name.trim() !== me.display_name;
    return (
        <section>
            <h2>{t("settings.profile")}</h2>
            <form className="settings-form" onSubmit={onSubmit}>
                <Field label={t("login.display_name")} testid="my-name" value={name} maxLength={64} autoComplete="name" onChange={(event) => setName(event.target.value)} />
                <Problem text={save.error && errorText(save.error)} />
                <button className="button" data-testid="my-name-save" disabled={!changed || save.busy}>
                    {t("save")}
                </button>
            </form>
        </section>
    );
}
