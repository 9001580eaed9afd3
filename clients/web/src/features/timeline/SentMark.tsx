import { t } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useDelivery, useReaders, useRoom } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { useRoomId } from "./room_id.js";

const ICONS = { pending: "clock", sent: "check", delivered: "checks", read: "checks", failed: "alert" } as const;

/**
 * What became of a message of one's own: on its way, sent (one tick), arrived at all the others (two), read by some
 * (two in colour). Who has read a thread is not told.
 */
export function SentMark({ item: { state, seq, thread } }: { item: MessageItem }) {
    const room = useRoomId();
    const direct = useRoom(room)?.kind === "direct";
    const sent = state === "sent" ? seq : null;
    const readers = useReaders(room, thread === null ? sent : null).length;
    const { count, of } = useDelivery(room, sent);
    const arrived = count > 0 && count === of;
    const what = readers > 0 ? "read" : arrived ? "delivered" : state;
    const label = labelOf(what, direct, readers, count);
    return (
        <span className="message-mark" role="img" aria-label={label} title={label} data-testid="message-mark" data-what={what} data-readers={readers}>
            <Icon name={ICONS[what]} />
        </span>
    );
}

function labelOf(what: keyof typeof ICONS, direct: boolean, readers: number, count: number): string {
    if (what === "read") return direct ? t("message.read") : t("message.seen_by", { count: readers });
    if (what === "delivered" && direct) return t("message.delivered");
    return what !== "pending" && what !== "failed" && count > 0 ? t("message.delivered_to", { count }) : t(`message.${what}`);
}
