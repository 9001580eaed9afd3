import { useEffect, useMemo, useState } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { AdminSettings } from "../../state/admin_settings.js";
import type { SignupPolicy } from "../../state/types.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Choices } from "../../ui/Choices.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { FiltersForm } from "../filters/FiltersForm.js";
import { NewcomersForm } from "../filters/NewcomersForm.js";
import { InviteCodes } from "./InviteCodes.js";

const POLICIES: Record<SignupPolicy, Key> = {
    open: "admin.signup.open",
    invite: "admin.signup.invite",
    closed: "admin.signup.closed",
};

/** Who may sign up, what is wanted nowhere, and what holds for newcomers, changed while the server runs. */
export function ServerSettings() {
    const app = useApp();
    const store = useMemo(() => new AdminSettings(app.client), [app]);
    const { settings, error } = useStore(store);
    const [wanted, setWanted] = useState<SignupPolicy | "default">("default");
    const set = useAction((signup: SignupPolicy | "default") => store.setSignup(signup));
    useEffect(() => void store.read(), [store]);
    const problem = set.error ?? error;
    const stands = settings?.signup_set ? settings.signup : "default";
    const choices = [
        ...(Object.keys(POLICIES) as SignupPolicy[]).map((value) => ({ value, label: t(POLICIES[value]) })),
        { value: "default" as const, label: t("admin.signup.default", { policy: settings ? t(POLICIES[settings.signup_default]) : "" }) },
    ];
    return (
        <div className="admin-pane">
            <Problem text={problem && errorText(problem)} />
            {settings === null && !problem && <Skeleton height="5rem" />}
            {settings && (
                <div data-testid="admin-signup" data-signup={settings.signup} data-set={settings.signup_set}>
                    <Choices legend={t("admin.signup")} name="signup" value={set.busy ? wanted : stands} choices={choices} onChange={(picked) => (setWanted(picked), void set.run(picked))} />
                    <p className="muted small">{t("admin.signup.what")}</p>
                </div>
            )}
            {settings?.signup === "invite" && <InviteCodes store={store} />}
            {settings && (
                <>
                    <h3 className="filters-title">{t("newcomers.title")}</h3>
                    <NewcomersForm newcomers={settings.newcomers} bars={["links", "mention_all", "strangers"]} hint={t("newcomers.server.hint")} onSave={(newcomers) => store.change({ newcomers })} />
                    <h3 className="filters-title">{t("filters.title")}</h3>
                    <FiltersForm filters={settings.filters} hint={t("filters.server.hint")} onSave={(filters) => store.change({ filters })} />
                </>
            )}
        </div>
    );
}
