import { useEffect, useMemo, useRef, useState } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import { AdminRooms } from "../../state/admin_rooms.js";
import type { AdminRoom, GroupsState } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { useNames } from "../text/names.js";
import { RoomStanding, RoomTags } from "./RoomStanding.js";

const STATES: [GroupsState, Key][] = [
    ["all", "admin.rooms.all"],
    ["public", "admin.rooms.public"],
    ["locked", "admin.rooms.locked"],
    ["archived", "admin.rooms.archived"],
    ["empty", "admin.rooms.empty"],
];

/** All groups of the server: looked for by their words or by how they stand, and each of them to be opened. */
export function Rooms() {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const rooms = useMemo(() => new AdminRooms(app.client), [app]);
    const { text, state, found, next, searching, error } = useStore(rooms);
    const [open, setOpen] = useState<string | null>(null);
    const shown = found.find(({ id }) => id === open);
    useEffect(() => void rooms.search(), [rooms]);
    return (
        <div className="admin-pane">
            <search className="admin-asked">
                <SearchField label={t("admin.rooms.search")} testid="admin-room-search" maxLength={100} value={text} onChange={(event) => rooms.type(event.target.value)} />
                <Select label={t("admin.people.state")} testid="admin-room-state" value={state} choices={STATES.map(([value, label]) => ({ value, label: t(label) }))} onChange={(picked) => rooms.pick(picked)} />
            </search>
            <Problem text={error && errorText(error)} />
            {!searching && !error && found.length === 0 && (
                <p className="muted" role="status">
                    {text.trim() === "" ? t("admin.rooms.none") : t("rooms.none", { text: text.trim() })}
                </p>
            )}
            <ul ref={lines} className="admin-list" aria-busy={searching} data-testid="admin-rooms">
                {found.map((room) => (
                    <Line key={room.id} room={room} onOpen={() => setOpen(room.id)} />
                ))}
            </ul>
            {next !== null && (
                <MoreButton list={lines} testid="admin-rooms-more" busy={searching} onMore={() => void rooms.more()}>
                    {t("search.more")}
                </MoreButton>
            )}
            {shown && <RoomStanding room={shown} rooms={rooms} onClose={() => setOpen(null)} />}
        </div>
    );
}

function Line({ room, onOpen }: { room: AdminRoom; onOpen(): void }) {
    const { nameOf } = useNames();
    return (
        <li>
            <button type="button" className="admin-line" data-testid="admin-room" data-room={room.id} data-held={room.held.join(" ")} onClick={onOpen}>
                <span className="person">
                    <Avatar id={room.id} name={room.name} group size="small" />
                    <span className="person-names">
                        <bdi className="one-line">{room.name}</bdi>
                        <span className="one-line muted small">
                            {room.owner ? <bdi>{t("admin.rooms.of", { name: nameOf(room.owner) })}</bdi> : t("admin.rooms.nobody")}
                        </span>
                    </span>
                </span>
                <span className="admin-line-more">
                    <RoomTags room={room} />
                    <span className="muted small">
                        {t("room.members", { count: room.member_count })} · {t("admin.rooms.messages", { count: room.messages })}
                    </span>
                </span>
                <Icon name="next" flips />
            </button>
        </li>
    );
}
