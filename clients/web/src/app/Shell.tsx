import { useEffect, useState } from "react";
import { lazyPart, loadTheRest } from "../features/lazy/lazy_part.js";
import { Notifier } from "../features/notify/Notifier.js";
import { PersonCard } from "../features/person_card/PersonCard.js";
import { ReportLayer } from "../features/reports/ReportLayer.js";
import { RoomList } from "../features/rooms/RoomList.js";
import { t } from "../i18n/mod.js";
import type { Route } from "../routes/route.js";
import { cameFrom, goBack, useRoute } from "../routes/use_route.js";
import { useApp, useMe, useRooms } from "../state/use.js";
import { Icon } from "../ui/Icon.js";
import { ConnectionBar } from "./ConnectionBar.js";
import { RoomPage } from "./RoomPage.js";
import { useRefusals } from "./use_refusals.js";
import { VersionBar } from "./VersionBar.js";
import { useShortcuts } from "./shortcuts.js";
import "./shell.css";

const SettingsPage = lazyPart(() => import("../features/settings/SettingsPage.js"));
const SearchPage = lazyPart(() => import("../features/search/SearchPage.js"));
const NewChat = lazyPart(() => import("../features/rooms/NewChat.js"), { onFail: () => goBack({ at: "home" }) });
const QuickSwitcher = lazyPart(() => import("../features/rooms/QuickSwitcher.js"), { onFail: ({ onClose }) => onClose() });
const SavedPage = lazyPart(() => import("../features/saved/SavedPage.js"));
const ThreadsPage = lazyPart(() => import("../features/threads/ThreadsPage.js"));
const DirectoryPage = lazyPart(() => import("../features/rooms/DirectoryPage.js"));
const JoinPage = lazyPart(() => import("../features/rooms/JoinPage.js"), { rare: true });
const AdminPage = lazyPart(() => import("../features/admin/AdminPage.js"), { rare: true });

const HOME: Route = { at: "home" };

/** The frame: rooms on one side, what is looked at on the other. A phone shows one of them. */
export function Shell() {
    const asked = useRoute();
    // A new chat is begun in a window over what one looks at, and what was begun there stays.
    const route = asked.at === "new" ? (cameFrom() ?? HOME) : asked;
    const [switching, setSwitching] = useState(false);
    const room = route.at === "room" || route.at === "details" || route.at === "thread" ? route.room : null;
    const mayAdmin = useMe().admin === true;
    const side = route.at === "home" || (route.at === "admin" && !mayAdmin);
    const { ready } = useRooms();
    useEffect(() => void (ready && loadTheRest()), [ready]);
    const { client } = useApp();
    useEffect(() => void import("../state/follow_emoji.js").then(({ followEmoji }) => followEmoji(client), () => {}), [client]);
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
                {route.at === "admin" && mayAdmin && <AdminPage tab={route.tab} />}
                {route.at === "join" && <JoinPage key={route.code} code={route.code} />}
                {side && <Welcome />}
            </div>
            {asked.at === "new" && <NewChat />}
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
