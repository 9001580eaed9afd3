import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useMe } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field, TextArea } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { toast } from "../../ui/toast.js";

/** Letters that fit the bytes of these fields in any script. */
const PRONOUNS_LENGTH = 21;
const ABOUT_LENGTH = 340;
const FIELDS = ["display_name", "pronouns", "about", "time_zone"] as const;

type Told = Record<(typeof FIELDS)[number], string>;

/** How one is called by others, and what one tells them of oneself. */
export function Profile() {
    const app = useApp();
    const me = useMe();
    const before: Told = { display_name: me.display_name, pronouns: me.pronouns ?? "", about: me.about ?? "", time_zone: me.time_zone ?? "" };
    // Only what is changed here: what another device tells of the rest meanwhile stays.
    const [written, setWritten] = useState<Partial<Told>>({});
    const told = { ...before, ...written };
    const change = changeOf(before, told);
    const save = useAction(() => app.session.tell(change));
    const set = (field: keyof Told) => (event: { target: { value: string } }) => setWritten((now) => ({ ...now, [field]: event.target.value }));
    const onSubmit = async (event: FormEvent) => {
        event.preventDefault();
        if (!(await save.run())) return;
        // What is written while it is being saved stays.
        setWritten((now) => Object.fromEntries(Object.entries(now).filter(([field, value]) => value !== written[field as keyof Told])));
        toast(t("settings.saved"));
    };
    return (
        <section>
            <h3>{t("settings.profile")}</h3>
            <form className="settings-form" onSubmit={(event) => void onSubmit(event)}>
                <Field label={t("login.display_name")} testid="my-name" value={told.display_name} maxLength={64} autoComplete="name" onChange={set("display_name")} />
                <Field label={t("profile.pronouns")} testid="my-pronouns" value={told.pronouns} maxLength={PRONOUNS_LENGTH} autoComplete="off" onChange={set("pronouns")} />
                <TextArea label={t("profile.about")} hint={t("profile.about.hint")} testid="my-about" rows={3} value={told.about} maxLength={ABOUT_LENGTH} onChange={set("about")} />
                <Select label={t("profile.zone")} hint={t("profile.zone.hint")} testid="my-zone" value={told.time_zone} choices={zonesWith(told.time_zone)} onChange={(zone) => setWritten((now) => ({ ...now, time_zone: zone }))} />
                <Problem text={save.error && errorText(save.error)} />
                <Button type="submit" testid="my-name-save" disabled={Object.keys(change).length === 0 || told.display_name.trim() === "" || save.busy}>
                    {t("save")}
                </Button>
            </form>
        </section>
    );
}

function changeOf(before: Told, told: Told): Partial<Told> {
    return Object.fromEntries(FIELDS.filter((field) => told[field].trim() !== before[field]).map((field) => [field, told[field].trim()]));
}

/** The zones that this browser knows, this device's own first; and the one that is chosen. */
function zonesWith(chosen: string): { value: string; label: string }[] {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const all = new Set([here, chosen, ...Intl.supportedValuesOf("timeZone")].filter((zone) => zone !== ""));
    return [{ value: "", label: t("profile.zone.none") }, ...[...all].map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))];
}
