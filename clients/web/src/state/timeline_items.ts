import { isAnswer, pollOf, reactionsOf, type Message, type MessageCreated, type OutboxEntry, type PollState, type Reaction, type StoredEvent } from "@natternet/sdk";

export interface MessageItem {
    kind: "message";
    /** Stays the same while the message goes from pending to sent. */
    key: string;
    seq: number | null;
    nonce: string;
    sender: string;
    mine: boolean;
    /** Empty where it was deleted. Of a poll: what it asks. */
    text: string;
    /** It was deleted by an administrator of the server, and why, where they said so. */
    byServer: { reason: string | null } | null;
    /** What it asks, and how that stands. */
    poll: PollState | null;
    /** Whose words they are, where they were said elsewhere first, and when. */
    forwarded: { sender: string; at: string } | null;
    /** It speaks to all of the room at once. */
    toAll: boolean;
    edited: boolean;
    /** The message that it answers. */
    replyTo: number | null;
    /** The message whose thread it is in. */
    thread: number | null;
    /** Of its own thread: how many answers there are, and when the last came. */
    answers: number;
    answeredAt: string | null;
    /** The emoji on it, as they came. */
    reactions: readonly Reaction[];
    createdAt: string;
    /** The same in milliseconds since 1970. */
    at: number;
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

/** Everything of a room in one order: what is in the log by seq, then what is on its way. Answers are shown in their threads. */
export function itemsOf(events: readonly StoredEvent[], outbox: readonly OutboxEntry[], me: string, hasOlder: boolean): TimelineItem[] {
    // Notices come with events, messages by pages too: none is shown above messages not loaded yet.
    const from = hasOlder ? (events.find(isMessage)?.seq ?? 0) : 0;
    const own = outbox.filter(({ thread }) => thread === undefined);
    const direct = isDirect(events[0]);
    const logged = events.flatMap((event) => {
        if (event.type === "message.created") return isAnswer(event) ? [] : storedItem(event, me);
        return event.seq >= from && isNews(event, direct) ? noticeItem(event) : [];
    });
    return withWaiting(logged, own, me);
}

/** Without what the person has deleted for themselves. */
export function withoutHidden(items: readonly TimelineItem[], isHidden: (seq: number) => boolean): readonly TimelineItem[] {
    const isShown = (item: TimelineItem) => item.kind !== "message" || item.seq === null || !isHidden(item.seq);
    return items.every(isShown) ? items : items.filter(isShown);
}

/** The newest of other people's messages, for those who listen; none where it is not shown, as the one before it is no news. */
export function newestOf(all: readonly TimelineItem[], shown: readonly TimelineItem[]): TimelineItem | null {
    const newest = all.findLast((item) => item.kind === "message" && !item.mine);
    return newest && shown.includes(newest) ? newest : null;
}

/** The same of a thread alone, of which `events` are the answers. */
export function answersOf(events: readonly MessageCreated[], outbox: readonly OutboxEntry[], me: string): TimelineItem[] {
    return withWaiting(
        events.map((event) => storedItem(event, me)),
        outbox,
        me,
    );
}

function withWaiting(logged: TimelineItem[], outbox: readonly OutboxEntry[], me: string): TimelineItem[] {
    if (outbox.length === 0) return logged;
    const arrived = new Set(logged.flatMap((item) => (item.kind === "message" && item.mine ? item.nonce : [])));
    return [...logged, ...outbox.filter((entry) => !arrived.has(entry.nonce)).map((entry) => waitingItem(entry, me))];
}

function isMessage(event: StoredEvent): boolean {
    return event.type === "message.created" && !isAnswer(event);
}

function isDirect(first: StoredEvent | undefined): boolean {
    return first?.type === "room.created" && first.kind === "direct";
}

const NO_REACTIONS: readonly Reaction[] = [];
const NEWS: ReadonlySet<StoredEvent["type"]> = new Set(["room.created", "room.user.left", "room.user.muted", "room.user.unmuted", "room.user.banned", "room.user.unbanned", "room.user.updated", "message.pinned"]);

const SHOWN = ["name", "owner", "topic", "permissions", "slow_mode_s", "locked", "archived", "unlisted", "visibility", "join", "history", "retention_s", "edit_history_s", "filters", "newcomers"] as const;

/** That who made a room is in it goes without saying, and so do both people of a direct room. */
function isNews(event: StoredEvent, direct: boolean): boolean {
    if (event.type === "room.updated") return SHOWN.some((setting) => event[setting] !== undefined);
    if (event.type !== "room.user.joined") return NEWS.has(event.type);
    return !direct && !(event.seq === 2 && event.user_id === event.sender);
}

/** Events never change in place: what was made of one once is good for as long as it lives. */
const made = new WeakMap<StoredEvent, TimelineItem>();

function storedItem(event: MessageCreated, me: string): TimelineItem {
    const known = made.get(event);
    // Two people in turn may use one page.
    if (known?.kind === "message" && known.mine === (event.sender === me)) return known;
    const item = makeItem(event.message, me);
    made.set(event, item);
    return item;
}

function makeItem(message: Message, me: string): MessageItem {
    const mine = message.sender === me;
    return {
        kind: "message",
        key: mine ? message.nonce : `seq-${message.seq}`,
        seq: message.seq,
        nonce: message.nonce,
        sender: message.sender,
        mine,
        text: message.content.text,
        byServer: message.by_server === true ? { reason: message.reason ?? null } : null,
        poll: pollOf(message),
        forwarded: forwardedOf(message.content),
        toAll: isToAll(message.content),
        edited: message.edited_at !== undefined,
        replyTo: message.reply_to ?? null,
        thread: message.thread ?? null,
        answers: message.answered_at === undefined ? 0 : (message.answers ?? 0),
        answeredAt: message.answered_at ?? null,
        reactions: reactionsOf(message),
        createdAt: message.created_at,
        at: Date.parse(message.created_at),
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
        byServer: null,
        poll: entry.content.type === "poll" ? { content: entry.content, counts: [], voters: 0, seq: 0, mine: [] } : null,
        forwarded: null,
        toAll: isToAll(entry.content),
        edited: false,
        replyTo: entry.reply_to ?? null,
        thread: entry.thread ?? null,
        answers: 0,
        answeredAt: null,
        reactions: NO_REACTIONS,
        createdAt: entry.created_at,
        at: Date.parse(entry.created_at),
        day: dayOf(entry.created_at),
        state: entry.state,
        error: entry.error ?? null,
    };
}

function forwardedOf(content: Message["content"]): MessageItem["forwarded"] {
    if (content.type !== "text" || !content.forwarded) return null;
    return { sender: content.forwarded.sender, at: content.forwarded.created_at };
}

function isToAll(content: Message["content"]): boolean {
    return content.type === "text" && (content.mentions ?? []).some((who) => who === "everyone" || who === "here");
}

function noticeItem(event: StoredEvent): TimelineItem {
    const known = made.get(event);
    if (known) return known;
    const { seq, created_at: createdAt } = event;
    const item: NoticeItem = { kind: "notice", key: `seq-${seq}`, seq, createdAt, day: dayOf(createdAt), event };
    made.set(event, item);
    return item;
}

let lastDay = { hour: "", day: "" };

/** Neighbours share their day mostly, and making a date is slow. Zones shift by whole quarters. */
function dayOf(time: string): string {
    const hour = time.slice(0, 15);
    if (hour !== lastDay.hour) lastDay = { hour, day: new Date(time).toDateString() };
    return lastDay.day;
}
