import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { hrefOf, type Route } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import { useRooms } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Badge } from "../../ui/Badge.js";
import { Dialog } from "../../ui/Dialog.js";
import { SearchField } from "../../ui/Field.js";
import { Icon, type IconName } from "../../ui/Icon.js";
import { useNames } from "../text/names.js";
import { bestFits } from "../text/fit.js";

const SHOWN = 8;

interface Entry {
    id: string;
    title: string;
    route: Route;
    /** Of a room: what its picture is made of. Of anything else: its icon. */
    face: { of: string; group: boolean } | IconName;
    unread: number;
}

/** Ctrl and K: a few letters, Enter, and one is in another chat. */
export default function QuickSwitcher({ onClose }: { onClose(): void }) {
    const { titleOf } = useNames();
    const { rooms } = useRooms();
    const [wanted, setWanted] = useState("");
    const [at, setAt] = useState(0);
    const listId = useId();
    const entries = useMemo(() => bestFits([...rooms.map(({ room }) => roomEntry(room, titleOf(room))), ...places()], wanted, ({ title }) => title).slice(0, SHOWN), [rooms, wanted, titleOf]);
    const chosen = Math.min(at, entries.length - 1);
    const open = (entry: Entry | undefined) => {
        if (!entry) return;
        onClose();
        go(entry.route);
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined) setAt((chosen + step + entries.length) % Math.max(entries.length, 1));
        else if (event.key === "Enter") open(entries[chosen]);
        else return;
        event.preventDefault();
    };
    return (
        <Dialog title={t("switcher.title")} closeLabel={t("close")} onClose={onClose}>
            <SearchField
                label={t("switcher.label")}
                testid="switcher"
                role="combobox"
                autoFocus
                aria-expanded={entries.length > 0}
                aria-controls={listId}
                aria-autocomplete="list"
                aria-activedescendant={entries[chosen] ? `${listId}-${chosen}` : undefined}
                value={wanted}
                onChange={(event) => (setWanted(event.target.value), setAt(0))}
                onKeyDown={onKeyDown}
            />
            <ul id={listId} role="listbox" className="switcher-list" aria-label={t("switcher.title")}>
                {entries.map((entry, index) => (
                    <li key={entry.id} id={`${listId}-${index}`} role="option" aria-selected={index === chosen} className="switcher-item" data-testid="switcher-item" data-href={hrefOf(entry.route)} onPointerMove={() => setAt(index)} onClick={() => open(entry)}>
                        {typeof entry.face === "string" ? <Icon name={entry.face} /> : <Avatar id={entry.face.of} name={entry.title} group={entry.face.group} size="small" />}
                        <bdi className="one-line">{entry.title}</bdi>
                        {entry.unread > 0 && <Badge count={entry.unread} shown={numberText(entry.unread)} label={t("rooms.unread")} />}
                    </li>
                ))}
            </ul>
            {entries.length === 0 && <p className="rooms-none muted">{t("rooms.none", { text: wanted.trim() })}</p>}
        </Dialog>
    );
}

type Room = ReturnType<typeof useRooms>["rooms"][number]["room"];

function roomEntry(room: Room, title: string): Entry {
    const face = { of: room.peer?.id ?? room.id, group: room.kind === "group" };
    return { id: room.id, title, route: { at: "room", room: room.id }, face, unread: room.unread };
}

function places(): Entry[] {
    return [
        { id: "new", title: t("rooms.new"), route: { at: "new" }, face: "pencil", unread: 0 },
        { id: "saved", title: t("saved.title"), route: { at: "saved" }, face: "bookmark", unread: 0 },
        { id: "settings", title: t("settings.title"), route: { at: "settings" }, face: "gear", unread: 0 },
    ];
}
