import type { Clock } from "./clock.js";
import { NatterError, isTransient } from "./errors.js";
import type { LocalValues } from "./local_values.js";
import type { FeedEntry } from "./schema.gen.js";

/** Before the key of an entry, in those of the client's values: it is not on the server yet. */
const UNSENT = "feed.";
/** The server numbers these by itself; they are told as read markers. */
const READ = "room.read:";
const RETRY_MS = 5_000;

/** Null: it is taken away. */
type Wanted = { readonly value: object | null };

export interface FeedPorts {
    /** Puts an entry, or takes it away where `value` is null; resolves with its rev. */
    send(key: string, value: object | null): Promise<number | null>;
    /** Keeps what the server has. */
    keep(entry: FeedEntry): void;
    isOnline(): boolean;
    /** Something else stands under this key. */
    onChange(key: string): void;
}

/**
 * What belongs to a person rather than a room, the same on all devices: settings, drafts, saved
 * messages, contacts. What is put stands here at once, is kept until the server has it, over
 * restarts too, and comes to the other devices. Of two values the one that reached the server last
 * stands; one that is on its way counts as the later.
 */
export class Feed {
    private readonly entries = new Map<string, FeedEntry>();
    private readonly sending = new Map<string, Promise<void>>();
    private retrying = false;

    constructor(
        private readonly values: LocalValues,
        private readonly clock: Clock,
        private readonly ports: FeedPorts,
    ) {}

    /** What stands under a key; null where nothing does. */
    get(key: string): unknown {
        const unsent = this.unsent(key);
        return unsent ? unsent.value : (this.entries.get(key)?.value ?? null);
    }

    /** All that stands in a family (`saved`, `draft`, ...), by key. */
    all(family: string): [key: string, value: unknown][] {
        const beginning = `${family}:`;
        const unsent = this.values.keys(UNSENT + beginning).map((key) => key.slice(UNSENT.length));
        const known = [...this.entries.keys()].filter((key) => key.startsWith(beginning));
        return [...new Set([...known, ...unsent])].flatMap((key): [string, unknown][] => {
            const value = this.get(key);
            return value === null ? [] : [[key, value]];
        });
    }

    /**
     * Puts a value, an object of at most 8,192 bytes as JSON. Resolves when the server has it, or when
     * it is kept to be sent later; rejects where the server refuses it, and then it stands no more.
     */
    put(key: string, value: object): Promise<void> {
        return this.want(key, value);
    }

    /** Takes an entry away. */
    async delete(key: string): Promise<void> {
        if (this.get(key) !== null) await this.want(key, null);
    }

    /** Takes what an earlier run kept. */
    restore(entries: readonly FeedEntry[]): void {
        for (const entry of entries) this.entries.set(entry.key, entry);
    }

    /** Takes an entry as the server told it; of two the one with the larger rev stands. */
    take(entry: FeedEntry): void {
        const known = this.entries.get(entry.key);
        if (entry.key.startsWith(READ) || (known && known.rev >= entry.rev)) return;
        const { key, value, rev } = entry;
        this.entries.set(key, { key, value, rev });
        this.ports.keep({ key, value, rev });
        if (!this.unsent(key)) this.ports.onChange(key);
    }

    /** One of the client's values changed, here or in another tab. */
    valueChanged(key: string): void {
        if (key.startsWith(UNSENT)) this.ports.onChange(key.slice(UNSENT.length));
    }

    /** Sends what waits: after each connect. */
    flush(): void {
        for (const key of this.values.keys(UNSENT)) void this.send(key.slice(UNSENT.length)).catch(() => {});
    }

    clear(): void {
        this.entries.clear();
    }

    private want(key: string, value: object | null): Promise<void> {
        this.values.set(UNSENT + key, { value } satisfies Wanted);
        return this.send(key);
    }

    private unsent(key: string): Wanted | undefined {
        return this.values.get(UNSENT + key) as Wanted | undefined;
    }

    /** One at a time for each key: what is put meanwhile goes when the one before it is through. */
    private send(key: string): Promise<void> {
        let sending = this.sending.get(key);
        if (!sending) {
            sending = this.sendAll(key).finally(() => this.sending.delete(key));
            this.sending.set(key, sending);
        }
        return sending;
    }

    private async sendAll(key: string): Promise<void> {
        for (let wanted; this.ports.isOnline() && (wanted = this.unsent(key)); ) {
            try {
                const rev = await this.ports.send(key, wanted.value);
                if (rev !== null) this.take({ key, value: wanted.value, rev });
            } catch (error) {
                if (isTransient(error)) return this.later(error as NatterError);
                this.sent(key, wanted);
                throw error;
            }
            this.sent(key, wanted);
        }
    }

    /** It is through, unless something else was put meanwhile. */
    private sent(key: string, wanted: Wanted): void {
        if (this.unsent(key) === wanted) this.values.set(UNSENT + key, undefined);
    }

    private later({ retryAfter }: NatterError): void {
        if (this.retrying) return;
        this.retrying = true;
        this.clock.after(Math.max((retryAfter ?? 0) * 1000, RETRY_MS), () => {
            this.retrying = false;
            if (this.ports.isOnline()) this.flush();
        });
    }
}
