import { useRef } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { PRIVACY_WISHES, type PrivacyWish } from "../../state/privacy.js";
import { useAction, useApp, useContacts, usePeople, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { Switch } from "../../ui/Switch.js";
import { useNames } from "../people/names.js";
import { OwnReports } from "../reports/OwnReports.js";
import { PersonRow } from "../people/PersonRow.js";

const WORDS: Record<PrivacyWish, { label: Key; hint: Key; testid: string }> = {
    "no-receipts": { label: "privacy.receipts", hint: "privacy.receipts.hint", testid: "wish-no-receipts" },
    "no-last-seen": { label: "privacy.last_seen", hint: "privacy.last_seen.hint", testid: "wish-no-last-seen" },
    "unlisted": { label: "privacy.unlisted", hint: "privacy.unlisted.hint", testid: "wish-unlisted" },
    "contacts-only": { label: "privacy.contacts", hint: "privacy.contacts.hint", testid: "wish-contacts-only" },
};

/** What others are told of oneself, who may come, and who may not. */
export function PrivacyPage() {
    const { privacy } = useApp();
    const wishes = useStore(privacy);
    const wish = useAction((name: PrivacyWish, on: boolean) => privacy.wish(name, on));
    return (
        <>
            <section>
                <Problem text={wish.error && errorText(wish.error)} />
                {PRIVACY_WISHES.map((name) => (
                    <Switch key={name} label={t(WORDS[name].label)} hint={t(WORDS[name].hint)} on={wishes.has(name)} testid={WORDS[name].testid} onChange={(on) => void wish.run(name, on)} />
                ))}
            </section>
            <Blocked />
            <OwnReports />
        </>
    );
}

function Blocked() {
    const { contacts } = useApp();
    const { blocked } = useContacts();
    const { nameOf } = useNames();
    const ids = [...blocked];
    const people = usePeople(ids);
    const title = useRef<HTMLHeadingElement>(null);
    const unblock = useAction(async (id: string) => {
        await contacts.block(id, false);
        title.current?.focus(); // their line goes, with the button
    });
    return (
        <section>
            <h3 ref={title} tabIndex={-1}>{t("privacy.blocked")}</h3>
            <Problem text={unblock.error && errorText(unblock.error)} />
            {ids.length === 0 && <p className="muted small">{t("privacy.blocked.none")}</p>}
            <ul className="settings-list">
                {ids.map((id, at) => (
                    <li key={id} className="settings-line">
                        {people[at] ? <PersonRow user={people[at]} /> : <span className="muted">…</span>}
                        <Button testid="unblock" aria-label={t("privacy.unblock", { name: nameOf(people[at]) })} onClick={() => void unblock.run(id)}>
                            {t("person.unblock")}
                        </Button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
