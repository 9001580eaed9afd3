import { isTransient, type Message, type NatterClient, type RoomEntry } from "@natternet/sdk";
import { Store } from "./store.js";

/**
 * Why a message is not to be had: it was deleted, for all or (`hidden`) by oneself for oneself, it was older than its room
 * keeps, it is from before one came and what was before is for others, or nobody knows.
 */
export type WhyGone = "deleted" | "hidden" | "expired" | "before" | "unknown";

/** A message that is told of elsewhere than in its place. */
export type Quote =
    | { state: "waiting" }
    | { state: "gone"; why: WhyGone }
    | { state: "there"; message: Message };

const WAITING: Quote = { state: "waiting" };
const DELETED: Quote = { state: "gone", why: "deleted" };
const HIDDEN: Quote = { state: "gone", why: "hidden" };
const EXPIRED: Quote = { state: "gone", why: "expired" };
/** Past twice as many the oldest are forgotten. */
const KEPT = 500;

type Client = Pick<NatterClient, "on" | "rooms" | "messages" | "hidden">;

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
            if (changes && event.message) this.known.get(keyOf(event.room, event.target))?.set(this.quoteOf(event.message));
        });
        client.on("expired", ({ room, through }) => {
            for (const quote of this.known.values()) {
                const known = quote.get();
                if (known.state === "there" && known.message.room === room && Date.parse(known.message.created_at) <= through) quote.set(EXPIRED);
            }
        });
        client.on("hidden", ({ room, seq }) => this.reveal(room, seq));
        client.on("synced", () => this.again());
        client.on("signed_out", () => this.known.clear());
    }

    /** The same store each time, as long as it is kept. */
    get(room: string, seq: number): Store<Quote> {
        const key = keyOf(room, seq);
        let quote = this.known.get(key);
        if (!quote) {
            this.known.set(key, (quote = new Store<Quote>(this.atHand(room, seq))));
            if (this.known.size > 2 * KEPT) for (const old of [...this.known.keys()].slice(0, KEPT)) this.known.delete(old);
            if (quote.get() === WAITING) void this.read(room, seq, quote);
        }
        return quote;
    }

    /** What is known of this room may not be so any more. */
    forget(room: string): void {
        for (const key of this.known.keys()) if (key.startsWith(`${room}.`)) this.known.delete(key);
    }

    /** It is known that nobody can answer it any more. */
    isGone(room: string, seq: number): boolean {
        return this.get(room, seq).get().state === "gone";
    }

    /** What can be said of it without asking anybody. */
    private atHand(room: string, seq: number): Quote {
        if (this.client.hidden.has(room, seq)) return HIDDEN;
        const held = this.held(room, seq);
        const why = held ? null : whyGone(this.client.rooms.get(room), seq);
        return held ? this.quoteOf(held) : why ? { state: "gone", why } : WAITING;
    }

    /** The person has deleted it for themselves, or wants to see it again. */
    private reveal(room: string, seq: number): void {
        const quote = this.known.get(keyOf(room, seq));
        if (!quote || (quote.get() === HIDDEN) === this.client.hidden.has(room, seq)) return;
        quote.set(this.atHand(room, seq));
        if (quote.get() === WAITING) void this.read(room, seq, quote);
    }

    private async read(room: string, seq: number, quote: Store<Quote>): Promise<void> {
        try {
            const { events } = await this.client.rooms.read(room, { around: seq }, 2);
            const found = events.find((event) => event.seq === seq);
            // An answer in a thread is in no page of the room.
            quote.set(this.quoteOf(found?.type === "message.created" ? found.message : await this.client.messages.get(room, seq)));
        } catch (error) {
            if (!isTransient(error)) quote.set({ state: "gone", why: whyGone(this.client.rooms.get(room), seq) ?? "unknown" });
        }
    }

    private quoteOf(message: Message): Quote {
        if (this.client.hidden.has(message.room, message.seq)) return HIDDEN;
        return message.deleted_at === undefined ? { state: "there", message } : DELETED;
    }

    /** What could not be read is tried again. */
    private again(): void {
        for (const [key, quote] of this.known) {
            const [room, seq] = key.split(".");
            if (quote.get().state === "waiting") void this.read(room!, Number(seq), quote);
        }
    }
}

/** Why a message of a room that one is in is not to be read there; null where nothing is known against it. */
export function whyGone(room: Pick<RoomEntry, "first_seq" | "from_seq"> | undefined, seq: number): WhyGone | null {
    if (!room || seq >= room.first_seq) return null;
    return seq < (room.from_seq ?? 0) ? "before" : "expired";
}

function keyOf(room: string, seq: number): string {
    return `${room}.${seq}`;
}
