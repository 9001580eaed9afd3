import { isAnswer } from "./answers.js";
import { RoomNews } from "./room_news.js";
import type { FeedEntry, Hold, Message, RoomRead, RoomUpdated, UserMuted, RoomView, StoredEvent } from "./schema.gen.js";

/** A room as the list knows it: sync does not tell when it was made. */
export type RoomEntry = Omit<RoomView, "created_at"> & { created_at?: string };

/** Settings that are left away where nothing is set. */
const LEFT_AWAY = ["topic", "permissions", "slow_mode_s", "locked", "archived", "held", "visibility", "join", "newcomers", "joined_at", "from_seq", "history", "retention_s", "muted_until"] as const;
/** As they stand where an event sets them to nothing; an answer leaves them away. Others are empty, 0 or false then. */
const UNSET: Partial<Record<(typeof LEFT_AWAY)[number], string>> = { visibility: "private", join: "free", history: "all" };

/**
 * The rooms a person is in, as the list shows them: counters, name, last message. Kept up to date
 * by events; asks nobody, so that all of it can be tested on plain values.
 */
export class RoomList {
    private readonly views = new Map<string, RoomEntry>();
    private readonly lastMessages = new Map<string, Message>();
    private readonly news = new RoomNews();

    /** Takes what an earlier run knew. */
    restore(rooms: { entry: RoomEntry; lastMessage?: Message }[]): void {
        for (const { entry, lastMessage } of rooms) {
            this.views.set(entry.id, { ...entry, mentions: (entry as Partial<RoomEntry>).mentions ?? 0 });
            if (lastMessage) this.lastMessages.set(entry.id, lastMessage);
        }
    }

    all(): RoomEntry[] {
        return [...this.views.values()];
    }

    get(id: string): RoomEntry | undefined {
        return this.views.get(id);
    }

    lastMessage(id: string): Message | undefined {
        return this.lastMessages.get(id);
    }

    clear(): void {
        this.views.clear();
        this.lastMessages.clear();
        this.news.clear();
    }

    remove(id: string): boolean {
        this.news.forget(id);
        this.lastMessages.delete(id);
        return this.views.delete(id);
    }

    /**
     * Takes a room as the server told it: what it leaves away is not set. Of an answer that was made before an event that
     * is known, only what no event tells: how far one has read, and since when one is there.
     */
    tell(room: RoomEntry): void {
        const known = this.views.get(room.id);
        if (known && this.news.takeDoubt(room.id)) Object.assign(known, { read_seq: 0, read_count: 0 });
        if (known && room.last_seq < known.last_seq) {
            const { read_seq, read_count, joined_at, from_seq } = room;
            const own = { ...(joined_at && known.newcomers && { joined_at }), ...(from_seq && { from_seq }) };
            // What was unread then, and what came since.
            const since = this.news.mentionsSince(room.id, room.last_seq);
            const mentions = Math.min(known.mentions, room.mentions + since);
            return this.put({ ...known, read_seq, read_count, mentions, ...own });
        }
        if (known) for (const key of LEFT_AWAY) delete known[key];
        this.put(room);
        for (const apply of this.news.takeEarly(room.id)) apply();
    }

    /** How far this person has read counts as unknown until the server tells it. */
    doubt(id: string): void {
        this.news.doubt(id);
    }

    /** Takes what is known of a room. Counters only grow: an answer may be older than an event. */
    put(room: RoomEntry): void {
        const known = this.views.get(room.id);
        this.views.set(
            room.id,
            withUnread({
                ...known,
                ...room,
                last_seq: Math.max(room.last_seq, known?.last_seq ?? 0),
                last_count: Math.max(room.last_count, known?.last_count ?? 0),
                read_seq: Math.max(room.read_seq, known?.read_seq ?? 0),
                read_count: Math.max(room.read_count, known?.read_count ?? 0),
                mentions: known && isOlder(room, known) ? known.mentions : room.mentions,
            }),
        );
    }

    /** Takes a stored event, in order. `me`: whose list this is. */
    apply(event: StoredEvent, me: string): void {
        const room = this.views.get(event.room);
        if (!room) return this.news.later(event.room, () => this.apply(event, me));
        if (event.type === "message.created" && !isAnswer(event)) this.remember(event.message);
        if ((event.type === "message.updated" || event.type === "message.deleted") && event.message) this.revise(event.message);
        if (event.type === "room.created") return this.put({ ...room, created_at: event.created_at });
        if (event.seq <= room.last_seq) return;
        const mine = event.sender === me && event.type === "message.created" && !isAnswer(event);
        const mentions = event.sender !== me && mentionsUnread(event, me);
        if (mentions) this.news.mention(event);
        this.put({
            ...room,
            last_seq: event.seq,
            last_count: event.count,
            read_seq: mine ? event.seq : room.read_seq,
            read_count: mine ? event.count : room.read_count,
            mentions: mine ? 0 : room.mentions + Number(mentions),
            member_count: room.member_count + memberChange(event),
            ...updateOf(event, me, room),
        });
    }

    /** What was sent at or before `through` is gone, `last` of it last: it counts as read, and is in no preview. */
    age(id: string, through: number, last: StoredEvent | null): void {
        const shown = this.lastMessages.get(id);
        if (shown && Date.parse(shown.created_at) <= through) this.lastMessages.delete(id);
        const room = this.views.get(id);
        if (!room || !last) return;
        this.put({ ...room, first_seq: Math.max(room.first_seq, last.seq + 1) });
        this.read(id, last.seq, last.count);
    }

    /** Moves a person's own read marker; it never goes back. */
    read(id: string, seq: number, count: number): void {
        const room = this.views.get(id);
        if (!room || seq <= room.read_seq) return;
        const mentions = seq >= room.last_seq ? 0 : room.mentions;
        this.put({ ...room, read_seq: seq, read_count: count, mentions });
    }

    /** What was said in a room last, as far as is known. */
    remember(message: Message): void {
        const known = this.lastMessages.get(message.room);
        if (!known || message.seq > known.seq) this.lastMessages.set(message.room, message);
    }

    /** A message as it stands now. */
    revise(message: Message): void {
        if (this.lastMessages.get(message.room)?.seq === message.seq) this.lastMessages.set(message.room, message);
    }
}

/** In the one form, whatever told it. */
function withUnread(known: RoomEntry): RoomEntry {
    const room = { ...known, unread: Math.max(0, known.last_count - known.read_count) };
    for (const key of LEFT_AWAY) if (!room[key] || room[key] === UNSET[key]) delete room[key];
    return room;
}

/** It was told before what is known already. */
function isOlder(room: RoomEntry, known: RoomEntry): boolean {
    return room.last_seq < known.last_seq || room.read_seq < known.read_seq;
}

/** Whether a message speaks to this person, by name or to everyone; `here`: to those who are there, as everybody counts who is not said to be elsewhere. */
export function mentionsPerson(message: Message, person: string, isThere = true): boolean {
    const mentions = message.content.type === "text" ? (message.content.mentions ?? []) : [];
    return mentions.some((who) => who === person || who === "everyone" || (who === "here" && isThere));
}

function mentionsUnread(event: StoredEvent, me: string): boolean {
    return event.type === "message.created" && mentionsPerson(event.message, me);
}

function memberChange(event: StoredEvent): number {
    if (event.type === "room.user.joined") return 1;
    return event.type === "room.user.left" ? -1 : 0;
}

function updateOf(event: StoredEvent, me: string, room: RoomEntry): Partial<RoomEntry> {
    if (event.type === "room.user.muted" && event.user_id === me) return { muted_until: muteEnd(event) };
    if (event.type === "room.user.unmuted" && event.user_id === me) return { muted_until: "" };
    if (event.type === "room.user.updated" && event.user_id === me) return { role: event.role };
    if (event.type !== "room.updated") return {};
    return { ...settingsOf(event, room), ...ownershipOf(event, me, room) };
}

/** Whose room an administrator of the server gives to somebody else is an admin of it. */
function ownershipOf({ owner, by_server }: RoomUpdated, me: string, room: RoomEntry): Partial<RoomEntry> {
    if (owner === me) return { role: "owner" };
    return owner !== undefined && by_server && room.role === "owner" ? { role: "admin" } : {};
}

const HOLDS: readonly Hold[] = ["locked", "archived", "unlisted"];

/** What an administrator of the server did stays, until one lets go of it; left away where nothing is held. */
function heldAfter(event: RoomUpdated, held: readonly Hold[] = []): { held: Hold[] | undefined } {
    const stays = HOLDS.filter((hold) => event[hold] ?? held.includes(hold));
    return { held: stays.length > 0 ? stays : undefined };
}

/** When a mute ends, on the server's clock. */
export function muteEnd({ created_at, seconds }: Pick<UserMuted, "created_at" | "seconds">): string {
    return new Date(Date.parse(created_at) + seconds * 1_000).toISOString();
}

/** What an event sets anew in a room. */
function settingsOf(event: RoomUpdated, room: RoomEntry): Partial<RoomEntry> {
    const { name, topic, edit_history_s, slow_mode_s, locked, archived, visibility, join, history, retention_s } = event;
    const newcomers = event.newcomers === null ? { newcomers: undefined, joined_at: undefined } : event.newcomers && { newcomers: event.newcomers };
    const given = Object.entries({ name, topic, edit_history_s, slow_mode_s, locked, archived, visibility, join, history, retention_s });
    const permissions = event.permissions && { permissions: { ...room.permissions, ...event.permissions } };
    return { ...Object.fromEntries(given.filter(([, value]) => value !== undefined)), ...permissions, ...newcomers, ...(event.by_server && heldAfter(event, room.held)) };
}

/** A read marker out of the person's feed, if this entry is one. */
export function readMarkerOf(entry: FeedEntry): Pick<RoomRead, "room" | "read_seq" | "read_count"> | null {
    const [kind, room] = entry.key.split(":");
    if (kind !== "room.read" || !room) return null;
    const value = entry.value as { read_seq: number; read_count: number };
    return { room, read_seq: value.read_seq, read_count: value.read_count };
}
