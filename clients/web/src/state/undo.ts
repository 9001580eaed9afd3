import { isUndo, type NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** What is offered; 0: what one sends is sent at once. */
export const UNDO_TIMES = [0, 5, 10, 20, 30] as const;

type Client = Pick<NatterClient, "on" | "undo">;

/** For how many seconds what one sends waits, to be taken back until then: the same on all devices. 0: not at all. */
export class Undo extends Store<number> {
    constructor(private readonly client: Client) {
        super(0);
        client.on("opened", () => this.read());
        client.on("own", (key) => isUndo(key) && this.read());
        client.on("signed_out", () => this.set(0));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async wish(seconds: number): Promise<void> {
        await this.client.undo.set(seconds);
    }

    private read(): void {
        this.set(this.client.undo.seconds);
    }
}
