import { isTransient, type Message, type NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** A message that is told of elsewhere than in its place. */
export type Quote =
    | { state: "waiting" }
    /** It was deleted, or it is in a room that one is not in. */
    | { state: "gone" }
    | { state: "there"; message: Message };

const WAITING: Quote = { state: "waiting" };
const GONE: Quote = { state: "gone" };
/** Past twice as many the oldest are forgotten. */
const KEPT = 500;

type Client = Pick<NatterClient, "on" | "rooms" | "messages">;

/** Messages by their room and seq: those that are answered, saved or pinned. Each is read once, and kept true. */
export class Quotes {
    private readonly known = new Map<string, Store<Quote>>();

    constructor(
        private readonly client: Client,
        /** Where it is in memory anyway. */
        private readonly held: (room: string, seq: number) => Message | undefined,
    ) {
        client.on("event", ({ event }) => {
            const changes = event.type === "message.updated" || event.type === "message.deleted";
            if (changes && event.message) this.known.get(keyOf(event.room, event.target))?.set(quoteOf(event.message));
        });
        client.on("expired", ({ room, through }) => {
            for (const quote of this.known.values()) {
                const known = quote.get();
                if (known.state === "there" && known.message.room === room && Date.parse(known.message.created_at) <= through) quote.set(GONE);
            }
        });
        client.on("synced", () => this.again());
        client.on("signed_out", () => this.known.clear());
    }

    /** The same store each time, as long as it is kept. */
    get(room: string, seq: number): Store<Quote> {
        const key = keyOf(room, seq);
        let quote = this.known.get(key);
        if (!quote) {
            const held = this.held(room, seq);
            this.known.set(key, (quote = new Store<Quote>(held ? quoteOf(held) : WAITING)));
            if (this.known.size > 2 * KEPT) for (const old of [...this.known.keys()].slice(0, KEPT)) this.known.delete(old);
            if (!held) void this.read(room, seq, quote);
        }
        return quote;
    }

    private async read(room: string, seq: number, quote: Store<Quote>): Promise<void> {
        try {
            const { events } = await this.client.rooms.read(room, { around: seq }, 2);
            const found = events.find((event) => event.seq === seq);
            // An answer in a thread is in no page of the room.
            quote.set(quoteOf(found?.type === "message.created" ? found.message : await this.client.messages.get(room, seq)));
        } catch (error) {
            if (!isTransient(error)) quote.set(GONE);
        }
    }

    /** What could not be read is tried again. */
    private again(): void {
        for (const [key, quote] of this.known) {
            const [room, seq] = key.split(".");
            if (quote.get().state === "waiting") void this.read(room!, Number(seq), quote);
        }
    }
}

function keyOf(room: string, seq: number): string {
    return `${room}.${seq}`;
}

function quoteOf(message: Message): Quote {
    return message.deleted_at === undefined ? { state: "there", message } : GONE;
}
