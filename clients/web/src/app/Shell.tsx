import { lazy, useState } from "react";
import { Notifier } from "../features/notify/Notifier.js";
import { PersonCard } from "../features/people/PersonCard.js";
import { ReportLayer } from "../features/reports/ReportLayer.js";
import { DirectoryPage } from "../features/rooms/DirectoryPage.js";
import { JoinPage } from "../features/rooms/JoinPage.js";
import { NewChat } from "../features/rooms/NewChat.js";
import { QuickSwitcher } from "../features/rooms/QuickSwitcher.js";
import { RoomList } from "../features/rooms/RoomList.js";
import { SavedPage } from "../features/saved/SavedPage.js";
import { SearchPage } from "../features/search/SearchPage.js";
import { SettingsPage } from "../features/settings/SettingsPage.js";
import { ThreadsPage } from "../features/threads/ThreadsPage.js";
import { t } from "../i18n/mod.js";
import { useRoute } from "../routes/use_route.js";
import { useMe } from "../state/use.js";
import { Icon } from "../ui/Icon.js";
import { Late } from "../features/late/Late.js";
import { ConnectionBar } from "./ConnectionBar.js";
import { RoomPage } from "./RoomPage.js";
import { useRefusals } from "./use_refusals.js";
import { VersionBar } from "./VersionBar.js";
import { useShortcuts } from "./shortcuts.js";
import "./shell.css";

const AdminPage = lazy(() => import("../features/admin/AdminPage.js"));

/** The frame: rooms on one side, what is looked at on the other. A phone shows one of them. */
export function Shell() {
    const route = useRoute();
    const [switching, setSwitching] = useState(false);
    const room = route.at === "room" || route.at === "details" || route.at === "thread" ? route.room : null;
    const mayAdmin = useMe().admin === true;
    const side = route.at === "home" || route.at === "new" || (route.at === "admin" && !mayAdmin);
    useRefusals();
    useShortcuts(room, () => setSwitching(true));
    return (
        <main className="shell" data-shows={side ? "list" : "content"}>
            <h1 className="hidden-visually">{t("app.title")}</h1>
            <a className="skip" href="#content" onClick={skipToContent}>
                {t("shell.skip")}
            </a>
            <div className="bars">
                <ConnectionBar />
                <VersionBar />
            </div>
            <RoomList current={room} />
            <div className="content" id="content" tabIndex={-1}>
                {room !== null && <RoomPage key={room} id={room} details={route.at === "details"} seq={route.at === "room" || route.at === "thread" ? route.seq : undefined} thread={route.at === "thread" ? route.root : undefined} />}
                {route.at === "search" && <SearchPage room={route.room} />}
                {route.at === "settings" && <SettingsPage section={route.section} />}
                {route.at === "saved" && <SavedPage />}
                {route.at === "threads" && <ThreadsPage />}
                {route.at === "directory" && <DirectoryPage />}
                {route.at === "admin" && mayAdmin && (
                    <Late>
                        <AdminPage tab={route.tab} />
                    </Late>
                )}
                {route.at === "join" && <JoinPage key={route.code} code={route.code} />}
                {side && <Welcome />}
            </div>
            {route.at === "new" && <NewChat />}
            {switching && <QuickSwitcher onClose={() => setSwitching(false)} />}
            <PersonCard />
            <ReportLayer />
            <Notifier />
        </main>
    );
}

/** The address bar holds the route: the focus goes there without it. */
function skipToContent(event: { preventDefault(): void }): void {
    event.preventDefault();
    document.querySelector<HTMLElement>(".composer-field, #content")?.focus();
}

function Welcome() {
    return (
        <div className="content-empty muted">
            <Icon name="chat" />
            <h2>{t("home.title")}</h2>
            <p>{t("home.pick")}</p>
            <p className="small home-keys">{t("home.keys")}</p>
        </div>
    );
}
