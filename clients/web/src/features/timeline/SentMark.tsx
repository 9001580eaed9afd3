import { t } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useReaders, useRoom } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { useRoomId } from "./room_id.js";

const ICONS = { pending: "clock", sent: "check", failed: "alert" } as const;

/** What became of a message of one's own: on its way, sent, read by others. Who has read a thread is not told. */
export function SentMark({ item: { state, seq, thread } }: { item: MessageItem }) {
    const room = useRoomId();
    const direct = useRoom(room)?.kind === "direct";
    const readers = useReaders(room, state === "sent" && thread === null ? seq : null);
    const read = readers.length > 0;
    const label = read ? (direct ? t("message.read") : t("message.seen_by", { count: readers.length })) : t(`message.${state}`);
    return (
        <span className="message-mark" role="img" aria-label={label} title={label} data-testid="message-mark" data-readers={readers.length}>
            <Icon name={read ? "checks" : ICONS[state]} />
        </span>
    );
}
