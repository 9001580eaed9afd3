import { useRef, useState } from "react";
import { t } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useInTime } from "../../state/time_left.js";
import { useAnswers, useApp, useMay } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { MenuButton, type MenuToggle } from "../../ui/Menu.js";
import { beginReply } from "../composer/editing.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { useNames } from "../text/names.js";
import { actsOf } from "./message_acts.js";
import { picking, QUICK, react } from "./reacting.js";
import { useRoomId, useThreadId } from "./room_id.js";

const DeleteMessage = lazyPart(() => import("../moderation/DeleteMessage.js"), { onFail: ({ onDone }) => onDone() });
const ForwardMessage = lazyPart(() => import("./ForwardMessage.js"), { onFail: ({ onDone }) => onDone() });

/** Beside a message: there on a hover, with the focus, and after a long press. */
export function MessageActs({ item }: { item: MessageItem }) {
    const app = useApp();
    const room = useRoomId();
    const thread = useThreadId();
    const moderates = useMay(room, "delete");
    const forwards = useMay(room, "forward");
    const { writes, reacts, pins } = useAnswers(room);
    const said = item.mine ? item.createdAt : null;
    const [edits, deletes] = [useInTime(app, "message_edit_s", said), useInTime(app, "message_delete_s", said)];
    const [asking, setAsking] = useState<"delete" | "forward" | null>(null);
    const place = useRef<HTMLSpanElement>(null);
    const { seq } = item;
    const { nameOf } = useNames();
    const pick = () => {
        const anchor = place.current?.querySelector<HTMLElement>("[data-testid=message-acts]");
        if (seq !== null && anchor) picking.set({ room, seq, anchor });
    };
    const acts = () => actsOf({ app, room, item, thread, moderates, forwards, writes, reacts, pins, edits, name: nameOf(app.client.people.get(item.sender)), onPickEmoji: pick, onForward: () => setAsking("forward"), onDelete: () => setAsking("delete") });
    return (
        <span ref={place} className="message-acts">
            {seq !== null && (reacts || writes) && (
                <span className="message-quick">
                    {reacts && <IconButton icon="smile" label={t("reaction.add")} size="small" testid="react" tabIndex={-1} onClick={pick} />}
                    {writes && <IconButton icon="reply" label={t("message.reply")} size="small" testid="reply" tabIndex={-1} onClick={() => beginReply(app, room, { seq, thread })} />}
                </span>
            )}
            <MenuButton label={t("message.acts")} icon="more" size="small" testid="message-acts" toggles={() => (reacts ? togglesOf(app, room, item) : [])} items={acts} tabIndex={-1} />
            {asking === "delete" && seq !== null && <DeleteMessage room={room} seq={seq} forMe={{ thread: item.thread }} forAll={(item.mine && deletes) || moderates} onDone={() => setAsking(null)} />}
            {asking === "forward" && seq !== null && <ForwardMessage room={room} seq={seq} onDone={() => setAsking(null)} />}
        </span>
    );
}

function togglesOf(app: ReturnType<typeof useApp>, room: string, { seq, reactions }: MessageItem): MenuToggle[] {
    if (seq === null) return [];
    const mine = new Set(reactions.flatMap((one) => (one.mine ? [one.emoji] : [])));
    return QUICK.map((emoji) => ({
        id: `react ${emoji}`,
        shown: emoji,
        label: t("reaction.with", { emoji }),
        on: mine.has(emoji),
        onPick: () => react(app, room, seq, emoji, !mine.has(emoji)),
    }));
}
