import type { Act, ClientEvents, LogPage, Message, Newcomers, OutboxEntry, PendingAct, Position, RoomEntry, StoredEvent, User } from "@natternet/sdk";
import { Contacts, Drafts, Hidden, hiddenOf, NatterError, Privacy, RoomWishes, Saved, Undo, type NatterClient } from "@natternet/sdk";

type Listener = (value: never) => void;

/** Stands in for the SDK's client: answers from plain values, and says what it is told to. */
export class FakeClient {
    user: User = person("me");
    entries: OutboxEntry[] = [];
    views: RoomEntry[] = [];
    last = new Map<string, Message>();
    log: Message[] = [];
    read: number[] = [];
    readonly kept = new Map<string, unknown>();
    offline = false;
    pages = 0;
    private readonly listeners = new Map<string, Listener[]>();

    /** What holds for newcomers to the server. */
    newcomers: Newcomers | undefined;
    now = () => Date.now();
    service = async () => ({ newcomers: this.newcomers });
    readonly outbox = { in: () => this.entries };
    readonly rooms = {
        all: () => this.views,
        get: (id: string) => this.views.find((view) => view.id === id),
        lastMessage: (id: string) => this.last.get(id),
        read: async (_: string, position: Position, limit: number): Promise<LogPage> => {
            this.pages += 1;
            if (this.offline) throw new NatterError("connection.lost", "offline");
            return page(this.log, position, limit);
        },
    };
    readonly feedEntries = new Map<string, unknown>();
    /** The next put fails with this code. */
    refusal: NatterError["code"] | null = null;
    readonly feed = {
        get: (key: string) => this.feedEntries.get(key) ?? null,
        all: (family: string) => [...this.feedEntries].filter(([key]) => key.startsWith(`${family}:`)),
        put: async (key: string, value: object) => {
            if (this.refusal) throw new NatterError(this.refusal, "refused");
            this.own(key, value);
        },
        change: async (key: string, members: Record<string, unknown>) => {
            const all = Object.entries({ ...(this.feedEntries.get(key) ?? {}), ...members }).filter(([, member]) => member !== null);
            this.own(key, all.length === 0 ? null : Object.fromEntries(all));
        },
        delete: async (key: string) => this.own(key, null),
    };
    pending: PendingAct[] = [];
    readonly acts = {
        in: () => this.pending,
        put: async (room: string, seq: number, act: Act) => void this.pending.push({ ...act, room, seq, nonce: `act-${this.pending.length}`, created_at: "" }),
    };
    readonly contacts = new Contacts(this.feed);
    readonly hidden = new Hidden(this.feed);
    readonly saved = new Saved(this.feed, this.hidden, this.now);
    readonly privacy = new Privacy(this.feed);
    readonly undo = new Undo(this.feed);
    readonly roomWishes = new RoomWishes(this.feed);
    readonly values = {
        keys: (beginning: string) => [...this.kept.keys()].filter((key) => key.startsWith(beginning)),
        get: (key: string) => this.kept.get(key), set: (key: string, value: unknown) => this.keep(key, value) };
    readonly drafts = new Drafts(this.feed, this.values);

    on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void {
        this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener as Listener]);
        return () => {};
    }

    say<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void {
        for (const listener of this.listeners.get(name) ?? []) listener(value as never);
    }

    /** What stands in the feed, by this device or another; null takes it away. */
    own(key: string, value: unknown): void {
        if (value === null) this.feedEntries.delete(key);
        else this.feedEntries.set(key, value);
        this.say("own", key);
        const message = hiddenOf(key);
        if (message) this.say("hidden", message);
    }

    private keep(key: string, value: unknown): void {
        if (value === undefined) this.kept.delete(key);
        else this.kept.set(key, value);
        this.say("value", key);
    }

    markRead(_: string, seq: number): void {
        this.read.push(seq);
    }

    /** As the state wants it; only what the state uses is there. */
    get client(): NatterClient {
        return this as unknown as NatterClient;
    }
}

/** What the SDK would read of a log without holes that begins with seq 1. */
function page(log: Message[], { before, after, around }: Position, limit: number): LogPage {
    const end = after !== undefined ? after + limit : around !== undefined ? around - 1 + limit / 2 : Math.min(log.length, (before ?? Infinity) - 1);
    const [from, to] = [Math.max(1, end - limit + 1), Math.min(log.length, end)];
    return { events: log.slice(from - 1, to).map(created), from, to, hasOlder: from > 1, hasNewer: to < log.length };
}

export function person(id: string): User {
    return { id, username: id, display_name: id, created_at: "2026-11-01T08:00:00.000Z" };
}

const START = Date.parse("2026-11-22T09:00:00Z");

/** The message of that seq; they are a minute apart. */
export function message(seq: number, sender = "ann", minutes = seq): Message {
    const created_at = new Date(START + minutes * 60_000).toISOString();
    const content = { type: "text", text: `text ${seq}` } as const;
    return { room: "a", seq, id: `a.${seq}`, sender, nonce: `nonce-${seq}`, content, created_at, count: seq };
}

export function created(message: Message): StoredEvent {
    const { room, seq, count, sender, created_at } = message;
    return { type: "message.created", room, seq, count, sender, created_at, message };
}

export function view(id: string, change: Partial<RoomEntry> = {}): RoomEntry {
    return { id, kind: "group", name: id, role: "member", first_seq: 1, last_seq: 0, member_count: 2, last_count: 0, read_seq: 0, read_count: 0, unread: 0, mentions: 0, ...change };
}

export function entry(nonce: string, state: OutboxEntry["state"], change: Partial<OutboxEntry> = {}): OutboxEntry {
    return { room: "a", nonce, content: { type: "text", text: nonce }, created_at: message(900).created_at, state, ...change };
}

export async function settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
