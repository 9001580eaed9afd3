import type { NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** What one wants kept from others; each stands in one's feed, for the server to heed. */
export const WISHES = ["no-receipts", "no-last-seen", "unlisted", "contacts-only"] as const;
export type Wish = (typeof WISHES)[number];

const SETTINGS = "settings:";

type Client = Pick<NatterClient, "on" | "feed">;

/** What a person wants kept from others, the same on all devices. */
export class Privacy extends Store<ReadonlySet<Wish>> {
    constructor(private readonly client: Client) {
        super(new Set());
        client.on("opened", () => this.read());
        client.on("own", (key) => key.startsWith(SETTINGS) && this.read());
        client.on("signed_out", () => this.set(new Set()));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async wish(name: Wish, on: boolean): Promise<void> {
        await (on ? this.client.feed.put(SETTINGS + name, {}) : this.client.feed.delete(SETTINGS + name));
    }

    private read(): void {
        this.set(new Set(WISHES.filter((name) => this.client.feed.get(SETTINGS + name) !== null)));
    }
}
