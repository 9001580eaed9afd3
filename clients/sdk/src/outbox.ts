import { Backoff } from "./backoff.js";
import type { Clock } from "./clock.js";
import { NatterError, asNatterError, isTransient, signedOut } from "./errors.js";
import type { Content, MessageCreated, MessageSendReply } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/**
 * `pending`: not acknowledged yet. `sent`: durable on the server; leaves the outbox when its event
 * has come by. `failed`: refused for good, until the person retries or discards it.
 */
export interface OutboxEntry {
    readonly room: string;
    readonly nonce: string;
    readonly content: Content;
    /** seq of the message that it answers. */
    readonly reply_to?: number;
    /** seq of the message whose thread it is sent to. */
    readonly thread?: number;
    readonly created_at: string;
    readonly state: "pending" | "sent" | "failed";
    /** In its room, once it is sent. */
    readonly seq?: number;
    /** Why it failed: the server's code. */
    readonly error?: NatterError["code"];
}

/** What the server made of a message. */
export type Sent = Pick<MessageSendReply, "seq" | "message_id" | "created_at">;

interface Promised {
    resolve(sent: Sent): void;
    reject(error: NatterError): void;
}

/** An error of the server's own may be the fault of what is sent: it must not block what is behind it. */
export const TRIES_AT_INTERNAL = 5;
/** The message that is answered is no more. */
const TARGET_GONE: ReadonlySet<unknown> = new Set(["message.deleted", "message.not_found"]);

/**
 * Messages on their way. Each keeps one nonce for life, so that sending it again, after a lost
 * connection or a reload, makes one message. In a room one is sent at a time: order is kept even
 * where one has to wait.
 */
export class Outbox {
    private readonly entries = new Map<string, OutboxEntry>();
    private readonly promised = new Map<string, Promised>();
    private readonly busy = new Map<string, number>();
    private owner = "";
    private online = false;
    /** Another tab sends for this one; here is only shown what becomes of it. */
    private follows = false;
    /** Counts connections; an answer to an earlier one's sending is not waited for any more. */
    private connection = 0;

    constructor(
        private readonly clock: Clock,
        /** Keeps an entry, or forgets it where it is null. */
        private readonly keep: (nonce: string, entry: OutboxEntry | null) => void,
        private readonly transmit: (entry: OutboxEntry) => Promise<MessageSendReply>,
        private readonly onChange: (room: string) => void,
        /** What is written while nobody is would be sent as the next one's who is. */
        private readonly isSignedIn: () => boolean,
    ) {}

    /** Takes up what this person left unsent in an earlier run. @internal */
    open(owner: string, unsent: OutboxEntry[]): void {
        this.owner = owner;
        const early = [...this.entries.values()];
        this.entries.clear();
        for (const entry of [...unsent, ...early]) this.entries.set(entry.nonce, entry);
        for (const entry of early) this.keep(entry.nonce, entry);
        for (const room of new Set(unsent.map((entry) => entry.room))) this.onChange(room);
    }

    /** Forgets, but does not discard: what is kept of it stays. @internal */
    close(): void {
        this.disconnected();
        this.entries.clear();
        for (const nonce of this.promised.keys()) this.settle(nonce, (to) => to.reject(signedOut()));
        this.owner = "";
    }

    /** @internal */
    connected(follows = false): void {
        this.online = true;
        this.follows = follows;
        this.connection += 1;
        for (const room of new Set([...this.entries.values()].map((entry) => entry.room))) void this.work(room);
    }

    /** @internal */
    disconnected(): void {
        this.online = false;
        this.connection += 1;
    }

    /** A room's messages on their way, in the order written. */
    in(room: string): OutboxEntry[] {
        return [...this.entries.values()].filter((entry) => entry.room === room);
    }

    /**
     * Queues a message, to the thread under the message with the seq `thread` where one is given; resolves when it is
     * durable, rejects when it is refused for good, and where nobody is signed in.
     */
    send(room: string, content: Content, reply_to?: number, thread?: number): Promise<Sent> {
        const now = this.clock.now();
        const created_at = new Date(now).toISOString();
        const entry: OutboxEntry = { room, nonce: uuid7(now), content, ...(reply_to !== undefined && { reply_to }), ...(thread !== undefined && { thread }), created_at, state: "pending" };
        const sent = new Promise<Sent>((resolve, reject) => this.promised.set(entry.nonce, { resolve, reject }));
        sent.catch(() => {}); // who does not wait for it sees the entry's state
        if (this.isSignedIn()) {
            this.put(entry);
            void this.work(room);
        } else this.settle(entry.nonce, (to) => to.reject(signedOut()));
        return sent;
    }

    /**
     * Sends a failed one again, by the same nonce, behind whatever waits in its room. What it
     * answers is left out where that is gone: with it, it would be refused each time.
     */
    retry(nonce: string): void {
        const entry = this.entries.get(nonce);
        if (entry?.state !== "failed") return;
        this.entries.delete(nonce);
        const { error, reply_to, ...rest } = entry;
        const answers = reply_to !== undefined && !TARGET_GONE.has(error) ? { reply_to } : {};
        this.put({ ...rest, ...answers, state: "pending" });
        void this.work(entry.room);
    }

    /** Gives a failed one up. */
    discard(nonce: string): void {
        const entry = this.entries.get(nonce);
        if (entry?.state !== "failed") return;
        this.drop(entry);
    }

    /** One's own message came by as an event: it has arrived, whether or not the reply did. @internal */
    arrived(event: MessageCreated): void {
        const { nonce, seq, id, created_at } = event.message;
        const entry = this.entries.get(nonce);
        if (event.sender !== this.owner || (entry && entry.room !== event.room)) return;
        // Another tab may have dropped it already; the promise is this one's.
        if (entry) this.drop(entry);
        this.settle(nonce, (to) => to.resolve({ seq, message_id: id, created_at }));
    }

    /** Another tab tells what became of a message, or that there is a new one. @internal */
    heard(nonce: string, entry: OutboxEntry | null): void {
        const room = (entry ?? this.entries.get(nonce))?.room;
        if (room === undefined) return;
        if (entry) this.entries.set(nonce, entry);
        else this.entries.delete(nonce);
        if (entry?.state === "failed") {
            this.settle(nonce, (to) => to.reject(new NatterError(entry.error ?? "server.internal", "The message was refused.")));
        }
        this.onChange(room);
        void this.work(room);
    }

    /** Takes what the store has and this client has not heard of. @internal */
    merge(unsent: OutboxEntry[]): void {
        for (const entry of unsent) if (!this.entries.has(entry.nonce)) this.heard(entry.nonce, entry);
    }

    private async work(room: string): Promise<void> {
        const connection = this.connection;
        if (!this.online || this.follows || this.busy.get(room) === connection) return;
        this.busy.set(room, connection);
        const backoff = new Backoff(this.clock);
        const tries = new Map<string, number>();
        for (let entry; connection === this.connection && (entry = this.next(room)); ) {
            const error = await this.attempt(entry);
            if (connection !== this.connection) break;
            if (!error) backoff.reset();
            else await this.missed(entry, error, tries, backoff);
        }
        if (this.busy.get(room) === connection) this.busy.delete(room);
    }

    private next(room: string): OutboxEntry | undefined {
        return this.in(room).find((entry) => entry.state === "pending");
    }

    private async attempt(entry: OutboxEntry): Promise<NatterError | null> {
        try {
            this.acknowledged(entry, await this.transmit(entry));
            return null;
        } catch (error) {
            return asNatterError(error);
        }
    }

    private acknowledged(entry: OutboxEntry, reply: MessageSendReply): void {
        this.settle(entry.nonce, (to) => to.resolve(reply));
        if (!this.entries.has(entry.nonce)) return; // its event was faster
        this.put({ ...entry, state: "sent", seq: reply.seq, created_at: reply.created_at });
    }

    private async missed(entry: OutboxEntry, error: NatterError, tries: Map<string, number>, backoff: Backoff): Promise<void> {
        const count = (tries.get(entry.nonce) ?? 0) + 1;
        tries.set(entry.nonce, count);
        const hopeless = error.code === "server.internal" && count >= TRIES_AT_INTERNAL;
        if (!isTransient(error) || hopeless) {
            if (this.entries.has(entry.nonce)) this.put({ ...entry, state: "failed", error: error.code });
            return this.settle(entry.nonce, (to) => to.reject(error));
        }
        const ms = Math.max((error.retryAfter ?? 0) * 1000, backoff.next());
        await new Promise<void>((resolve) => void this.clock.after(ms, resolve));
    }

    private settle(nonce: string, how: (promised: Promised) => void): void {
        const promised = this.promised.get(nonce);
        this.promised.delete(nonce);
        if (promised) how(promised);
    }

    private put(entry: OutboxEntry): void {
        this.entries.set(entry.nonce, entry);
        this.keep(entry.nonce, entry);
        this.onChange(entry.room);
    }

    private drop(entry: OutboxEntry): void {
        this.entries.delete(entry.nonce);
        this.keep(entry.nonce, null);
        this.onChange(entry.room);
    }
}
