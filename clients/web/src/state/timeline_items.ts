import type { Message, OutboxEntry, StoredEvent } from "@natternet/sdk";

export interface MessageItem {
    kind: "message";
    /** Stays the same while the message goes from pending to sent. */
    key: string;
    seq: number | null;
    nonce: string;
    sender: string;
    mine: boolean;
    text: string;
    createdAt: string;
    /** The day on this person's calendar. */
    day: string;
    state: "pending" | "sent" | "failed";
    /** Why it failed. */
    error: string | null;
}

export interface NoticeItem {
    kind: "notice";
    key: string;
    seq: number;
    createdAt: string;
    day: string;
    event: StoredEvent;
}

export type TimelineItem = MessageItem | NoticeItem;

/** Everything of a room in one order: what is in the log by seq, then what is on its way. */
export function itemsOf(
    messages: ReadonlyMap<number, Message>,
    notices: ReadonlyMap<number, StoredEvent>,
    outbox: readonly OutboxEntry[],
    me: string,
): TimelineItem[] {
    const stored = [...messages.values()].sort((a, b) => a.seq - b.seq);
    const arrived = new Set(stored.filter((message) => message.sender === me).map((message) => message.nonce));
    // Notices come with events, messages by pages too: no notice is shown above a gap.
    const oldest = stored[0];
    const from = oldest && oldest.count > 1 ? oldest.seq : 0;
    const direct = isDirect(notices.get(1));
    const told = [...notices.values()].filter((event) => event.seq >= from && isNews(event, direct));
    const logged: (TimelineItem & { seq: number })[] = [
        ...stored.map((message) => storedItem(message, me)),
        ...told.map((event) => noticeItem(event)),
    ];
    const waiting = outbox.filter((entry) => !arrived.has(entry.nonce)).map((entry) => waitingItem(entry, me));
    return [...logged.sort((a, b) => a.seq - b.seq), ...waiting];
}

function isDirect(first: StoredEvent | undefined): boolean {
    return first?.type === "room.created" && first.kind === "direct";
}

/** That who made a room is in it goes without saying, and so do both people of a direct room. */
function isNews(event: StoredEvent, direct: boolean): boolean {
    if (event.type !== "room.user.joined") return true;
    return !direct && !(event.seq === 2 && event.user_id === event.sender);
}

/** Messages never change in place: what was made of one once is good for as long as it lives. */
const made = new WeakMap<Message, MessageItem & { seq: number }>();

function storedItem(message: Message, me: string): MessageItem & { seq: number } {
    let item = made.get(message);
    if (!item) made.set(message, (item = makeItem(message, me)));
    return item;
}

function makeItem(message: Message, me: string): MessageItem & { seq: number } {
    const mine = message.sender === me;
    return {
        kind: "message",
        key: mine ? message.nonce : `seq-${message.seq}`,
        seq: message.seq,
        nonce: message.nonce,
        sender: message.sender,
        mine,
        text: message.content.text,
        createdAt: message.created_at,
        day: dayOf(message.created_at),
        state: "sent",
        error: null,
    };
}

function waitingItem(entry: OutboxEntry, me: string): MessageItem {
    return {
        kind: "message",
        key: entry.nonce,
        seq: entry.seq ?? null,
        nonce: entry.nonce,
        sender: me,
        mine: true,
        text: entry.content.text,
        createdAt: entry.created_at,
        day: dayOf(entry.created_at),
        state: entry.state,
        error: entry.error ?? null,
    };
}

function noticeItem(event: StoredEvent): NoticeItem {
    const { seq, created_at: createdAt } = event;
    return { kind: "notice", key: `seq-${seq}`, seq, createdAt, day: dayOf(createdAt), event };
}

function dayOf(time: string): string {
    return new Date(time).toDateString();
}
