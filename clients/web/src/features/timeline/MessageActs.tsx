import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { MenuButton, type MenuItem } from "../../ui/Menu.js";
import { toast } from "../../ui/toast.js";
import { openPerson } from "../people/person_card.js";
import { useRoomId } from "./room_id.js";

/** What can be done with a message. What a room's log learns to do gets its line here. */
function actsOf(room: string, item: MessageItem): MenuItem[] {
    const acts: MenuItem[] = [{ id: "copy", label: t("message.copy"), icon: "copy", onPick: () => copy(item.text) }];
    if (item.seq !== null) acts.push({ id: "link", label: t("message.copy.link"), icon: "link", onPick: () => copy(addressOf(room, item.seq!)) });
    if (!item.mine) acts.push({ id: "person", label: t("message.person"), icon: "person", onPick: () => openPerson(item.sender) });
    return acts;
}

/** Beside a message: there on a hover, with the focus, and after a touch. */
export function MessageActs({ item }: { item: MessageItem }) {
    const room = useRoomId();
    return (
        <span className="message-acts">
            <MenuButton label={t("message.acts")} icon="more" size="small" testid="message-acts" items={() => actsOf(room, item)} tabIndex={-1} />
        </span>
    );
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
