import { NewChat } from "../features/rooms/NewChat.js";
import { RoomList } from "../features/rooms/RoomList.js";
import { SettingsPage } from "../features/settings/SettingsPage.js";
import { t } from "../i18n/mod.js";
import { useRoute } from "../routes/use_route.js";
import { ConnectionBar } from "./ConnectionBar.js";
import { RoomPage } from "./RoomPage.js";
import "./shell.css";

/** The frame: rooms on one side, what is looked at on the other. A phone shows one of them. */
export function Shell() {
    const route = useRoute();
    const room = route.at === "room" || route.at === "members" ? route.room : null;
    const side = route.at === "home" || route.at === "new";
    return (
        <div className="shell" data-shows={side ? "list" : "content"}>
            <ConnectionBar />
            <RoomList current={room} />
            <div className="content">
                {room !== null && <RoomPage key={room} id={room} members={route.at === "members"} />}
                {route.at === "settings" && <SettingsPage />}
                {side && <main className="content-empty muted">{t("home.pick")}</main>}
            </div>
            {route.at === "new" && <NewChat />}
        </div>
    );
}
