import { privacyWishOf, type NatterClient } from "@natternet/sdk";
import { OneAtATime } from "./one_at_a_time.js";
import { Store } from "./store.js";

/** In larger rooms the server tells of no changes. */
const MOST_PEOPLE = 100;

type Client = Pick<NatterClient, "on" | "rooms" | "user" | "privacy">;

/** How far somebody has read, and has what was sent. */
interface Marks {
    read: number;
    delivered: number;
}

/** What is known of a room, by people, and how all of it is read. */
interface Known {
    marks: Map<string, Marks>;
    reads: OneAtATime;
}

/** Of the others of whom it is told, how many have a message. */
export interface Delivery {
    count: number;
    of: number;
}

/** How far the others have read, and have what was sent, in rooms that somebody looked at. The number grows with each change. */
export class Receipts extends Store<number> {
    private readonly rooms = new Map<string, Known>();
    /** The room that was looked at last. */
    private current: string | null = null;

    constructor(private readonly client: Client) {
        super(0);
        client.on("read", ({ room, user_id, read_seq }) => this.take(room, user_id, read_seq, read_seq));
        client.on("delivered", ({ room, user_id, delivered_seq }) => this.take(room, user_id, 0, delivered_seq));
        client.on("synced", () => {
            for (const { reads } of this.rooms.values()) void reads.now();
        });
        client.on("event", ({ event }) => {
            // Whether one is told of who has come, only the server knows.
            if (event.type === "room.user.joined") this.rooms.get(event.room)?.reads.soon();
            if (event.type === "room.user.left") this.gone(event.room, event.user_id);
        });
        client.on("rooms", (room) => client.rooms.get(room) ?? this.drop(room));
        client.on("own", (key) => privacyWishOf(key) === "no-receipts" && this.anew());
        client.on("signed_out", () => {
            this.current = null;
            this.forget();
        });
    }

    /** Somebody looks at the room. */
    async open(room: string): Promise<void> {
        this.current = room;
        const members = this.client.rooms.get(room)?.member_count ?? Infinity;
        if (this.rooms.has(room) || members > MOST_PEOPLE) return;
        const known: Known = { marks: new Map(), reads: new OneAtATime(() => this.load(room, known)) };
        this.rooms.set(room, known);
        await known.reads.now();
    }

    /** Whether it is a room of so many people that who has read a message is asked only by who wants to know it, and may be. */
    areAsked(room: string): boolean {
        return (this.client.rooms.get(room)?.member_count ?? 0) > MOST_PEOPLE && !this.client.privacy.has("no-receipts");
    }

    /** Which of the others have read a message, by their ids; nobody where that is not told. */
    readers(room: string, seq: number): string[] {
        return this.others(room).flatMap(([user, { read }]) => (read >= seq ? [user] : []));
    }

    /** How many of the others have a message on a device of theirs; of nobody where that is not told. */
    delivery(room: string, seq: number): Delivery {
        const others = this.others(room);
        return { count: others.filter(([, { delivered }]) => delivered >= seq).length, of: others.length };
    }

    private others(room: string): [user: string, marks: Marks][] {
        return [...(this.rooms.get(room)?.marks ?? [])].filter(([user]) => user !== this.client.user?.id);
    }

    /** All pages, unless they are forgotten meanwhile. What fails is asked again at the next sync. */
    private async load(room: string, known: Known): Promise<void> {
        for (let cursor: string | null | undefined; cursor !== null && this.rooms.get(room) === known; ) {
            const page = await this.client.rooms.receipts(room, cursor).catch(() => null);
            if (this.rooms.get(room) !== known) return;
            for (const { user_id, read_seq, delivered_seq } of page?.receipts ?? []) this.take(room, user_id, read_seq, delivered_seq);
            cursor = page?.next ?? null;
        }
    }

    private take(room: string, user: string, read: number, delivered: number): void {
        const marks = this.rooms.get(room)?.marks;
        if (!marks) return;
        const before = marks.get(user) ?? { read: 0, delivered: 0 };
        const after = { read: Math.max(before.read, read), delivered: Math.max(before.delivered, delivered) };
        if (after.read === before.read && after.delivered === before.delivered) return;
        marks.set(user, after);
        this.set(this.get() + 1);
    }

    private gone(room: string, user: string): void {
        if (this.rooms.get(room)?.marks.delete(user)) this.set(this.get() + 1);
    }

    /** What one wishes oneself decides what one is told. */
    private anew(): void {
        this.forget();
        if (this.current !== null) void this.open(this.current);
    }

    private drop(room: string): void {
        this.rooms.get(room)?.reads.stop();
        this.rooms.delete(room);
    }

    private forget(): void {
        for (const room of [...this.rooms.keys()]) this.drop(room);
        this.set(this.get() + 1);
    }
}
