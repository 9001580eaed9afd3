import { useState } from "react";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useRoom } from "../../state/use.js";
import { MenuButton, type MenuItem } from "../../ui/Menu.js";
import { toast } from "../../ui/toast.js";
import { beginEditing } from "../composer/editing.js";
import { openPerson } from "../people/person_card.js";
import { DeleteMessage } from "./DeleteMessage.js";
import { useRoomId } from "./room_id.js";

/** Beside a message: there on a hover, with the focus, and after a touch. */
export function MessageActs({ item }: { item: MessageItem }) {
    const room = useRoomId();
    const owner = useRoom(room)?.role === "owner";
    const [deleting, setDeleting] = useState(false);
    const acts = () => actsOf(room, item, owner, () => setDeleting(true));
    return (
        <span className="message-acts">
            <MenuButton label={t("message.acts")} icon="more" size="small" testid="message-acts" items={acts} tabIndex={-1} />
            {deleting && item.seq !== null && <DeleteMessage room={room} seq={item.seq} onDone={() => setDeleting(false)} />}
        </span>
    );
}

/** What can be done with a message. What a room's log learns to do gets its line here. */
function actsOf(room: string, item: MessageItem, owner: boolean, onDelete: () => void): MenuItem[] {
    const { seq, mine, text, sender } = item;
    const acts: MenuItem[] = [{ id: "copy", label: t("message.copy"), icon: "copy", onPick: () => copy(text) }];
    if (seq !== null) acts.push({ id: "link", label: t("message.copy.link"), icon: "link", onPick: () => copy(addressOf(room, seq)) });
    if (seq !== null && mine) acts.push({ id: "edit", label: t("message.edit"), icon: "pencil", onPick: () => beginEditing(room, item) });
    if (!mine) acts.push({ id: "person", label: t("message.person"), icon: "person", onPick: () => openPerson(sender) });
    if (seq !== null && (mine || owner)) acts.push({ id: "delete", label: t("message.delete"), icon: "trash", danger: true, onPick: onDelete });
    return acts;
}

function addressOf(room: string, seq: number): string {
    return new URL(hrefOf({ at: "room", room, seq }), location.href).href;
}

function copy(text: string): void {
    navigator.clipboard.writeText(text).then(
        () => toast(t("message.copied")),
        () => toast(t("message.not_copied")),
    );
}
