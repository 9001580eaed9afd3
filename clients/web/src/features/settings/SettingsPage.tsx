import { t, type Key } from "../../i18n/mod.js";
import { hrefOf, SECTIONS, type Section } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { SERVER } from "../../state/reports.js";
import { useMe } from "../../state/use.js";
import { IconLink } from "../../ui/Button.js";
import { Icon, type IconName } from "../../ui/Icon.js";
import { ReportsBadge } from "../reports/ReportsBadge.js";
import { Account } from "./Account.js";
import { ContactsPage } from "../people/ContactsPage.js";
import { Appearance } from "./Appearance.js";
import { FoldersPage } from "./FoldersPage.js";
import { Keyboard } from "./Keyboard.js";
import { Languages } from "./Languages.js";
import { Notifications } from "./Notifications.js";
import { PrivacyPage } from "./PrivacyPage.js";
import { SessionList } from "./SessionList.js";
import "./settings.css";

const PAGES: Record<Section, { title: Key; icon: IconName; Page(): React.ReactNode }> = {
    account: { title: "settings.account", icon: "person", Page: Account },
    appearance: { title: "settings.appearance", icon: "palette", Page: Appearance },
    language: { title: "settings.language", icon: "globe", Page: Languages },
    notifications: { title: "settings.notifications", icon: "bell", Page: Notifications },
    folders: { title: "folders.title", icon: "folder", Page: FoldersPage },
    contacts: { title: "people.contacts", icon: "people", Page: ContactsPage },
    privacy: { title: "settings.privacy", icon: "lock", Page: PrivacyPage },
    sessions: { title: "sessions.title", icon: "devices", Page: SessionList },
    keyboard: { title: "settings.keyboard", icon: "keyboard", Page: Keyboard },
};

/** The settings: a list of sections, and one of them. A narrow screen shows one of the two. */
export default function SettingsPage({ section }: { section: Section | undefined }) {
    const shown = section ?? "account";
    const { title, Page } = PAGES[shown];
    return (
        <section className="settings" data-shows={section ? "page" : "list"} aria-label={t("settings.title")}>
            <nav className="settings-nav scrolls" aria-label={t("settings.title")}>
                <header className="pane-head">
                    <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} onClick={onBack} testid="back" />
                    <h2>{t("settings.title")}</h2>
                </header>
                <ul>
                    {SECTIONS.map((name) => (
                        <li key={name}>
                            <a href={hrefOf({ at: "settings", section: name })} aria-current={name === shown ? "page" : undefined} data-testid="settings-section" data-section={name}>
                                <Icon name={PAGES[name].icon} />
                                {t(PAGES[name].title)}
                                <Icon name="next" flips />
                            </a>
                        </li>
                    ))}
                    <AdminLink />
                </ul>
            </nav>
            <div className="settings-page">
                <header className="pane-head">
                    <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "settings" })} onClick={onBack} testid="settings-back" />
                    <h2>{t(title)}</h2>
                </header>
                <div className="settings-body scrolls" tabIndex={0} role="region" aria-label={t(title)}>
                    <Page />
                </div>
            </div>
        </section>
    );
}

/** The way to the server's own settings, for those who run it. */
function AdminLink() {
    if (useMe().admin !== true) return null;
    return (
        <li>
            <a href={hrefOf({ at: "admin" })} data-testid="admin-open">
                <Icon name="gear" />
                {t("admin.title")}
                <ReportsBadge of={SERVER} />
                <Icon name="next" flips />
            </a>
        </li>
    );
}
