import { savedOf, type NatterClient, type SavedMessage } from "@natternet/sdk";
import { Store } from "./store.js";

export type { SavedMessage };

type Client = Pick<NatterClient, "on" | "saved">;

/** The messages that a person has saved for later and not deleted for themselves, the last saved first; the same on all devices. */
export class Saved extends Store<readonly SavedMessage[]> {
    constructor(private readonly client: Client) {
        super([]);
        client.on("opened", () => this.reread());
        client.on("own", (key) => savedOf(key) && this.reread());
        client.on("hidden", ({ room, seq }) => this.has(room, seq) && this.reread());
        client.on("signed_out", () => this.set([]));
    }

    has(room: string, seq: number): boolean {
        return this.client.saved.has(room, seq);
    }

    /** Saves it, or lets go of it. Rejects where the server refuses it. */
    async toggle(room: string, seq: number): Promise<void> {
        await (this.has(room, seq) ? this.client.saved.letGo(room, seq) : this.client.saved.save(room, seq));
    }

    private reread(): void {
        this.set(this.client.saved.all());
    }
}
