import type { NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

const ENTRY = "settings:undo";
/** What is offered; 0: what one sends is sent at once. */
export const UNDO_TIMES = [0, 5, 10, 20, 30] as const;
const MOST_S = 60;

type Client = Pick<NatterClient, "on" | "feed">;

/** For how many seconds what one sends waits, to be taken back until then: the same on all devices. 0: not at all. */
export class Undo extends Store<number> {
    constructor(private readonly client: Client) {
        super(0);
        client.on("opened", () => this.read());
        client.on("own", (key) => key === ENTRY && this.read());
        client.on("signed_out", () => this.set(0));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async wish(seconds: number): Promise<void> {
        await (seconds > 0 ? this.client.feed.put(ENTRY, { seconds }) : this.client.feed.delete(ENTRY));
    }

    private read(): void {
        this.set(secondsOf(this.client.feed.get(ENTRY)));
    }
}

/** Another program may have written anything. */
function secondsOf(value: unknown): number {
    const seconds = (value as { seconds?: unknown } | null)?.seconds;
    return typeof seconds === "number" && Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, MOST_S) : 0;
}
