import { NatterError, type Message, type NatterClient, type StoredEvent } from "@natternet/sdk";
import { Store } from "./store.js";

export interface PinsView {
    /** The last pinned first; null until read. */
    messages: readonly Message[] | null;
    error: string | null;
}

type Client = Pick<NatterClient, "messages" | "rooms">;

/** A room's pinned messages, read when somebody looks and kept true from then on. */
export class Pins extends Store<PinsView> {
    private wanted = false;
    /** Counts readings: the answer to an earlier one is late news. */
    private reading = 0;

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ messages: null, error: null });
    }

    has(seq: number): boolean {
        return this.get().messages?.some((message) => message.seq === seq) ?? false;
    }

    /** In a group those whose role allows it, in a chat of two both. */
    get mayPin(): boolean {
        return this.client.rooms.may(this.room, "pin");
    }

    /** Somebody looks at the room. */
    open(): void {
        if (this.wanted && this.get().error === null) return;
        this.wanted = true;
        void this.load();
    }

    /** The connection is back: something may have been missed. */
    again(): void {
        if (this.wanted) void this.load();
    }

    /** Takes what came by in the room. */
    take(event: StoredEvent): void {
        const changes = event.type === "message.pinned" || event.type === "message.unpinned";
        const revises = (event.type === "message.updated" || event.type === "message.deleted") && this.has(event.message.seq);
        if (this.wanted && (changes || revises)) void this.load();
    }

    async toggle(seq: number): Promise<void> {
        if (this.has(seq)) await this.client.messages.unpin(this.room, seq);
        else await this.client.messages.pin(this.room, seq);
    }

    private async load(): Promise<void> {
        const reading = ++this.reading;
        try {
            const { messages } = await this.client.messages.pins(this.room);
            if (reading === this.reading) this.set({ messages, error: null });
        } catch (error) {
            if (reading === this.reading) this.update({ error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
