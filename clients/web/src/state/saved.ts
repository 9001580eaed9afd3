import type { NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

export interface SavedMessage {
    room: string;
    seq: number;
    /** When it was saved; "" where it is not told. */
    at: string;
}

const SAVED = "saved:";

type Client = Pick<NatterClient, "on" | "feed" | "hidden">;

/** The messages that a person has saved for later and not deleted for themselves, the last saved first; the same on all devices. */
export class Saved extends Store<readonly SavedMessage[]> {
    constructor(private readonly client: Client) {
        super([]);
        client.on("opened", () => this.reread());
        client.on("own", (key) => key.startsWith(SAVED) && this.reread());
        client.on("hidden", ({ room, seq }) => this.has(room, seq) && this.reread());
        client.on("signed_out", () => this.set([]));
    }

    has(room: string, seq: number): boolean {
        return this.client.feed.get(keyOf(room, seq)) !== null;
    }

    /** Saves it, or lets go of it. Rejects where the server refuses it. */
    async toggle(room: string, seq: number): Promise<void> {
        if (this.has(room, seq)) await this.client.feed.delete(keyOf(room, seq));
        else await this.client.feed.put(keyOf(room, seq), { at: new Date().toISOString() });
    }

    private reread(): void {
        const all = this.client.feed.all("saved").map(([key, value]) => savedOf(key, value));
        const shown = all.filter(({ room, seq }) => !this.client.hidden.has(room, seq));
        this.set(shown.sort((a, b) => (a.at < b.at ? 1 : -1)));
    }
}

function keyOf(room: string, seq: number): string {
    return `${SAVED}${room}.${seq}`;
}

function savedOf(key: string, value: unknown): SavedMessage {
    const [room, seq] = key.slice(SAVED.length).split(".");
    const { at } = value as { at?: unknown };
    return { room: room!, seq: Number(seq), at: typeof at === "string" ? at : "" };
}
