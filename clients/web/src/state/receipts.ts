import type { NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** In larger rooms the server tells of no changes. */
const MOST_PEOPLE = 100;
const OWN_WISH = "settings:no-receipts";

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** How far the others have read in rooms that somebody looked at. The number grows with each change. */
export class Receipts extends Store<number> {
    private readonly rooms = new Map<string, Map<string, number>>();

    constructor(private readonly client: Client) {
        super(0);
        client.on("read", ({ room, user_id, read_seq }) => this.rooms.has(room) && this.take(room, user_id, read_seq));
        client.on("synced", () => {
            for (const room of this.rooms.keys()) void this.load(room);
        });
        client.on("own", (key) => key === OWN_WISH && this.forget());
        client.on("signed_out", () => this.forget());
    }

    /** Somebody looks at the room. */
    async open(room: string): Promise<void> {
        const members = this.client.rooms.get(room)?.member_count ?? 0;
        if (this.rooms.has(room) || members > MOST_PEOPLE) return;
        this.rooms.set(room, new Map());
        await this.load(room);
    }

    /** Which of the others have read a message, by their ids; nobody where that is not told. */
    readers(room: string, seq: number): string[] {
        return [...(this.rooms.get(room) ?? [])].flatMap(([user, read]) => (read >= seq && user !== this.client.user?.id ? [user] : []));
    }

    private async load(room: string): Promise<void> {
        // Asked again at the next sync.
        const page = await this.client.rooms.receipts(room).catch(() => null);
        for (const { user_id, read_seq } of page?.receipts ?? []) this.take(room, user_id, read_seq);
    }

    private take(room: string, user: string, seq: number): void {
        const known = this.rooms.get(room);
        if (!known || (known.get(user) ?? 0) >= seq) return;
        known.set(user, seq);
        this.set(this.get() + 1);
    }

    private forget(): void {
        this.rooms.clear();
        this.set(this.get() + 1);
    }
}
