import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { useRooms } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { RoomItem } from "./RoomItem.js";
import "./rooms.css";

/** The rooms one is in, the latest first, and the way to a new one. */
export function RoomList({ current }: { current: string | null }) {
    const { ready, rooms } = useRooms();
    return (
        <nav className="rooms" aria-label={t("rooms.title")}>
            <header className="rooms-head">
                <img src="/favicon.svg" alt="" width="28" height="28" />
                <h1>NatterNet</h1>
                <a className="icon-button" href={hrefOf({ at: "settings" })} aria-label={t("settings.title")} title={t("settings.title")} data-testid="settings">
                    <Icon name="gear" />
                </a>
                <a className="icon-button" href={hrefOf({ at: "new" })} aria-label={t("rooms.new")} title={t("rooms.new")} data-testid="new-chat">
                    <Icon name="pencil" />
                </a>
            </header>
            {!ready && rooms.length === 0 && <Skeleton />}
            {ready && rooms.length === 0 && <FirstChat />}
            <ul className="rooms-list" data-testid="room-list">
                {rooms.map(({ room, lastMessage }) => (
                    <RoomItem key={room.id} room={room} lastMessage={lastMessage} current={room.id === current} />
                ))}
            </ul>
        </nav>
    );
}

function FirstChat() {
    return (
        <div className="rooms-empty">
            <p>{t("rooms.empty")}</p>
            <a className="button" data-kind="primary" href={hrefOf({ at: "new" })}>
                {t("rooms.new")}
            </a>
        </div>
    );
}

function Skeleton() {
    return (
        <div className="rooms-skeleton" aria-hidden="true">
            {[0, 1, 2, 3].map((line) => (
                <span key={line} />
            ))}
        </div>
    );
}
