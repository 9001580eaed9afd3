import { useState } from "react";
import { dateAndTime, dateText } from "../../i18n/dates.js";
import { t, type Key } from "../../i18n/mod.js";
import type { AdminRooms } from "../../state/admin_rooms.js";
import type { AdminRoom, Hold } from "../../state/types.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import type { IconName } from "../../ui/Icon.js";
import { PersonRow } from "../people/PersonRow.js";
import { GiveRoom } from "./GiveRoom.js";
import { HoldRoom } from "./HoldRoom.js";

interface Props {
    room: AdminRoom;
    rooms: AdminRooms;
    onClose(): void;
}

const HOLDS: { hold: Hold; icon: IconName; does: Key; undoes: Key }[] = [
    { hold: "locked", icon: "lock", does: "admin.room.lock", undoes: "admin.room.unlock" },
    { hold: "archived", icon: "block", does: "admin.room.close", undoes: "admin.room.open" },
    { hold: "unlisted", icon: "globe", does: "admin.room.unlist", undoes: "admin.room.relist" },
];

/** What a group is, and what an administrator may do to it without being in it. */
export function RoomStanding({ room, rooms, onClose }: Props) {
    const [asks, setAsks] = useState<Hold | "owner" | null>(null);
    const done = () => setAsks(null);
    return (
        <Dialog title={room.name} closeLabel={t("close")} onClose={onClose}>
            <div className="standing" data-testid="room-standing" data-room={room.id} data-held={room.held.join(" ")} data-owner={room.owner?.username}>
                {room.topic !== undefined && <p dir="auto">{room.topic}</p>}
                <p className="muted small">
                    {t("room.members", { count: room.member_count })} · {t("admin.rooms.messages", { count: room.messages })} · {t("admin.room.since", { time: dateText(room.created_at) })} · {t("admin.room.last", { time: dateAndTime(room.last_at) })}
                </p>
                <p className="admin-line-more" hidden={!hasTags(room)}>
                    <RoomTags room={room} />
                </p>
                <section className="standing-sessions" aria-label={t("admin.room.owner")}>
                    <h2 className="small muted">{t("admin.room.owner")}</h2>
                    {room.owner ? <PersonRow user={room.owner} /> : <p className="muted small">{t("admin.rooms.nobody")}</p>}
                </section>
                <div className="acts">
                    {HOLDS.map(({ hold, icon, does, undoes }) => {
                        const held = room.held.includes(hold);
                        return (
                            <Button key={hold} kind={held ? undefined : "danger"} icon={icon} testid="hold-room" data-hold={hold} data-on={held} onClick={() => setAsks(hold)}>
                                {t(held ? undoes : does)}
                            </Button>
                        );
                    })}
                    {room.member_count > 0 && (
                        <Button icon="person" testid="give-room" onClick={() => setAsks("owner")}>
                            {t("admin.room.give")}
                        </Button>
                    )}
                </div>
                <p className="muted small">{t("admin.room.what")}</p>
            </div>
            {asks === "owner" && <GiveRoom room={room} rooms={rooms} onClose={done} />}
            {asks !== null && asks !== "owner" && <HoldRoom hold={asks} room={room} rooms={rooms} onClose={done} />}
        </Dialog>
    );
}

function hasTags(room: AdminRoom): boolean {
    return room.visibility === "public" || room.locked || room.archived || room.held.length > 0;
}

/** How it stands; in a colour what an administrator did. */
export function RoomTags({ room: { visibility, locked, archived, held } }: { room: AdminRoom }) {
    const warns = (hold: Hold) => (held.includes(hold) ? "warning" : undefined);
    return (
        <>
            {visibility === "public" && <span className="tag">{t("admin.rooms.mark.public")}</span>}
            {locked && (
                <span className="tag" data-kind={warns("locked")}>
                    {t("admin.rooms.mark.locked")}
                </span>
            )}
            {archived && (
                <span className="tag" data-kind={warns("archived")}>
                    {t(held.includes("archived") ? "admin.rooms.mark.closed" : "admin.rooms.mark.archived")}
                </span>
            )}
            {held.includes("unlisted") && (
                <span className="tag" data-kind="warning">
                    {t("admin.rooms.mark.unlisted")}
                </span>
            )}
        </>
    );
}
