import type { NatterClient, SendLater, WaitingMessage } from "@natternet/sdk";
import { Store } from "./store.js";

const SCHEDULED = "scheduled:";

type Client = Pick<NatterClient, "on" | "scheduled">;

/** One's messages that wait for their time, of all rooms, the next one first; the same on all devices. */
export class Waiting extends Store<readonly WaitingMessage[]> {
    constructor(private readonly client: Client) {
        super([]);
        client.on("opened", () => this.reread());
        client.on("own", (key) => key.startsWith(SCHEDULED) && this.reread());
        client.on("signed_out", () => this.set([]));
    }

    async send(room: string, text: string, later: SendLater): Promise<void> {
        await this.client.scheduled.send(room, text, later);
    }

    /** False: it went out already. */
    cancel(message: WaitingMessage): Promise<boolean> {
        return this.client.scheduled.cancel(message);
    }

    private reread(): void {
        this.set(this.client.scheduled.all());
    }
}
