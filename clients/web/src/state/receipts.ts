import type { NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** In larger rooms the server tells of no changes. */
const MOST_PEOPLE = 100;
const OWN_WISH = "settings:no-receipts";

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** How far the others have read in rooms that somebody looked at. The number grows with each change. */
export class Receipts extends Store<number> {
    private readonly rooms = new Map<string, Map<string, number>>();
    /** The room that was looked at last. */
    private current: string | null = null;

    constructor(private readonly client: Client) {
        super(0);
        client.on("read", ({ room, user_id, read_seq }) => this.rooms.has(room) && this.take(room, user_id, read_seq));
        client.on("synced", () => {
            for (const [room, known] of this.rooms) void this.load(room, known);
        });
        client.on("rooms", (room) => client.rooms.get(room) ?? this.rooms.delete(room));
        client.on("own", (key) => key === OWN_WISH && this.anew());
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
        const known = new Map<string, number>();
        this.rooms.set(room, known);
        await this.load(room, known);
    }

    /** Which of the others have read a message, by their ids; nobody where that is not told. */
    readers(room: string, seq: number): string[] {
        return [...(this.rooms.get(room) ?? [])].flatMap(([user, read]) => (read >= seq && user !== this.client.user?.id ? [user] : []));
    }

    /** All pages, unless they are forgotten meanwhile. What fails is asked again at the next sync. */
    private async load(room: string, known: Map<string, number>): Promise<void> {
        for (let cursor: string | null | undefined; cursor !== null && this.rooms.get(room) === known; ) {
            const page = await this.client.rooms.receipts(room, cursor).catch(() => null);
            if (this.rooms.get(room) !== known) return;
            for (const { user_id, read_seq } of page?.receipts ?? []) this.take(room, user_id, read_seq);
            cursor = page?.next ?? null;
        }
    }

    private take(room: string, user: string, seq: number): void {
        const known = this.rooms.get(room);
        if (!known || (known.get(user) ?? 0) >= seq) return;
        known.set(user, seq);
        this.set(this.get() + 1);
    }

    /** What one wishes oneself decides what one is told. */
    private anew(): void {
        this.forget();
        if (this.current !== null) void this.open(this.current);
    }

    private forget(): void {
        this.rooms.clear();
        this.set(this.get() + 1);
    }
}
