import type { Message, NatterClient, StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface PinsView {
    /** The last pinned first; null until read. */
    messages: readonly Message[] | null;
    error: string | null;
}

type Client = Pick<NatterClient, "messages" | "acts" | "hidden">;

/** A room's pinned messages, read when somebody looks and kept true from then on. */
export class Pins extends Store<PinsView> {
    private wanted = false;
    /** As the server told them. */
    private told: readonly Message[] | null = null;
    /** Counts readings: the answer to an earlier one is late news. */
    private reading = 0;

    constructor(
        private readonly client: Client,
        readonly room: string,
        /** A message of the room that is in memory anyway. */
        private readonly held: (seq: number) => Message | undefined = () => undefined,
    ) {
        super({ messages: null, error: null });
    }

    has(seq: number): boolean {
        const wanted = this.client.acts.in(this.room).findLast((act) => act.seq === seq && (act.do === "pin" || act.do === "unpin"));
        return wanted ? wanted.do === "pin" : (this.told?.some((message) => message.seq === seq) ?? false);
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
        const revises = (event.type === "message.updated" || event.type === "message.deleted") && event.message !== undefined && this.has(event.target);
        if (this.wanted && (changes || revises)) void this.load();
    }

    async toggle(seq: number): Promise<void> {
        await this.client.acts.put(this.room, seq, { do: this.has(seq) ? "unpin" : "pin" });
    }

    /** What is on its way in the room is something else now, or what one has deleted for oneself. */
    show(): void {
        const added = this.added();
        if (this.told === null && added.length === 0) return this.update({ messages: null });
        const pinned = [...added, ...(this.told ?? []).filter(({ seq }) => this.has(seq))];
        this.update({ messages: pinned.filter(({ seq }) => !this.client.hidden.has(this.room, seq)) });
    }

    /** Messages whose pins are on their way, the last pinned first. */
    private added(): Message[] {
        const pins = this.client.acts.in(this.room).filter((act) => act.do === "pin").map(({ seq }) => seq);
        const seqs = new Set(pins.reverse().filter((seq) => this.has(seq) && !this.told?.some((one) => one.seq === seq)));
        return [...seqs].flatMap((seq) => this.held(seq) ?? []);
    }

    private async load(): Promise<void> {
        const reading = ++this.reading;
        try {
            const { messages } = await this.client.messages.pins(this.room);
            if (reading !== this.reading) return;
            this.told = messages;
            this.update({ error: null });
            this.show();
        } catch (error) {
            if (reading === this.reading) this.update({ error: codeOf(error) });
        }
    }
}
