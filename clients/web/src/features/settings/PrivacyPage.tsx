import { useRef, type RefObject } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { PRIVACY_WISHES, type PrivacyWish } from "../../state/privacy.js";
import type { User } from "../../state/types.js";
import { useAction, useApp, useContacts, usePeople, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { Switch } from "../../ui/Switch.js";
import { useFocusHeir } from "../../ui/use_focus_heir.js";
import { PersonRow } from "../people/PersonRow.js";
import { OwnReports } from "../reports/OwnReports.js";
import { useNames } from "../text/names.js";

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
    const ids = [...blocked];
    const people = usePeople(ids);
    const title = useRef<HTMLHeadingElement>(null);
    const unblock = useAction((id: string) => contacts.block(id, false));
    return (
        <section>
            <h3 ref={title} tabIndex={-1}>{t("privacy.blocked")}</h3>
            <Problem text={unblock.error && errorText(unblock.error)} />
            {ids.length === 0 && <p className="muted small">{t("privacy.blocked.none")}</p>}
            <ul className="settings-list">
                {ids.map((id, at) => (
                    <BlockedLine key={id} user={people[at]} heir={title} onUnblock={() => void unblock.run(id)} />
                ))}
            </ul>
        </section>
    );
}

function BlockedLine({ user, heir, onUnblock }: { user: User | undefined; heir: RefObject<HTMLElement | null>; onUnblock(): void }) {
    const { nameOf } = useNames();
    const button = useFocusHeir(() => heir.current);
    return (
        <li className="settings-line">
            {user ? <PersonRow user={user} /> : <span className="muted">…</span>}
            <Button ref={button} testid="unblock" aria-label={t("privacy.unblock", { name: nameOf(user) })} onClick={onUnblock}>
                {t("person.unblock")}
            </Button>
        </li>
    );
}
