import type { Clock } from "./clock.js";
import { NatterError, isTransient, lostConnection } from "./errors.js";
import { ENTRY, type LocalValues } from "./local_values.js";
import type { FeedEntry } from "./schema.gen.js";

/** The server numbers these by itself; they are told as read markers. */
const READ = "room.read:";
const RETRY_MS = 5_000;
/** Times that another device may come first with one change before this one waits a little. */
const TRIES = 5;

/** Members of an entry's value; null: without it. */
export type FeedMembers = Readonly<Record<string, unknown>>;

/** A whole value (null: it is taken away), or members of whatever stands. */
type Wanted = { readonly value: object | null } | { readonly members: FeedMembers };

export interface FeedPorts {
    /**
     * Puts an entry, or takes it away where `value` is null; resolves with its rev, or null where it was
     * gone already. With a `rev` (0: nothing stands) it rejects with `feed.changed` where it is another.
     */
    send(key: string, value: object | null, rev?: number): Promise<number | null>;
    /** Null: nothing stands. */
    read(key: string): Promise<FeedEntry | null>;
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
 * stands; one that is on its way counts as the later. Of two changes to one entry's members both stand.
 */
export class Feed {
    private readonly entries = new Map<string, FeedEntry>();
    private readonly sending = new Map<string, Promise<void>>();
    /** Keys of what was put while there was no connection for this tab. */
    private readonly kept = new Set<string>();
    private retrying = false;

    constructor(
        private readonly values: LocalValues,
        private readonly clock: Clock,
        private readonly ports: FeedPorts,
    ) {}

    /** What stands under a key; null where nothing does. */
    get(key: string): unknown {
        const [unsent, known] = [this.unsent(key), this.entries.get(key)?.value ?? null];
        return unsent ? valueOf(unsent, known) : known;
    }

    /** All that stands in a family (`saved`, `draft`, ...), by key. */
    all(family: string): [key: string, value: unknown][] {
        const beginning = `${family}:`;
        const unsent = this.values.keys(ENTRY + beginning).map((key) => key.slice(ENTRY.length));
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
        return this.want(key, { value });
    }

    /**
     * Puts members into the value that stands when the server has them, and takes those out that are
     * null, with the last one the entry too. What another device changes of its other members meanwhile
     * stays. Resolves and rejects as `put`.
     */
    change(key: string, members: FeedMembers): Promise<void> {
        const unsent = this.unsent(key);
        if (unsent && "value" in unsent) return this.want(key, { value: changed(unsent.value, members) });
        return this.want(key, { members: { ...unsent?.members, ...members } });
    }

    /** Takes an entry away. */
    async delete(key: string): Promise<void> {
        if (this.get(key) !== null) await this.want(key, { value: null });
    }

    /**
     * Takes an entry away while there is a connection, for what the server may take away by itself:
     * resolves to whether it stood there until now. Rejects where the server cannot be asked, and is
     * nothing that is kept to be sent later; only where the answer is lost it may be done all the same.
     */
    async withdraw(key: string): Promise<boolean> {
        if (this.unsent(key)) await this.send(key);
        if (this.unsent(key) || !this.ports.isOnline()) throw lostConnection();
        const rev = await this.takeAway(key);
        const known = this.entries.get(key);
        if (rev !== null) this.take({ key, value: null, rev });
        else if (known) this.know({ ...known, value: null }); // word of it, with a larger rev, is on its way
        return rev !== null;
    }

    /** What the server is about to take away by itself is asked again when that is settled. */
    private async takeAway(key: string): Promise<number | null> {
        for (let tries = 1; ; tries += 1)
            try {
                return await this.ports.send(key, null);
            } catch (error) {
                if (!(error instanceof NatterError) || error.code !== "feed.sending" || tries === TRIES) throw error;
                await new Promise<void>((resolve) => this.clock.after((error.retryAfter ?? 1) * 1000, resolve));
            }
    }

    /** Takes what an earlier run kept. @internal */
    restore(entries: readonly FeedEntry[]): void {
        for (const entry of entries) this.entries.set(entry.key, entry);
    }

    /** Takes an entry as the server told it; of two the one with the larger rev stands. @internal */
    take(entry: FeedEntry): void {
        const known = this.entries.get(entry.key);
        if (entry.key.startsWith(READ) || (known && known.rev >= entry.rev)) return;
        this.know(entry);
    }

    /** One of the client's values changed, here or in another tab. @internal */
    valueChanged(key: string): void {
        if (key.startsWith(ENTRY)) this.ports.onChange(key.slice(ENTRY.length));
    }

    /** Sends what waits: after each connect. @internal */
    flush(): void {
        this.kept.clear();
        for (const key of this.values.keys(ENTRY)) void this.send(key.slice(ENTRY.length)).catch(() => {});
    }

    /** Sends only what this tab put while it had no connection; another one sends all else. @internal */
    flushKept(): void {
        for (const key of this.kept) void this.send(key).catch(() => {});
        this.kept.clear();
    }

    /** @internal */
    clear(): void {
        this.kept.clear();
        this.entries.clear();
    }

    private know({ key, value, rev }: FeedEntry): void {
        this.entries.set(key, { key, value, rev });
        this.ports.keep({ key, value, rev });
        const unsent = this.unsent(key);
        if (!unsent || "members" in unsent) this.ports.onChange(key);
    }

    private async want(key: string, wanted: Wanted): Promise<void> {
        this.values.set(ENTRY + key, wanted);
        if (!this.ports.isOnline()) this.kept.add(key);
        try {
            await this.send(key);
        } catch (error) {
            if (this.unsent(key) !== wanted) throw error;
            await this.send(key); // what was refused is what was put before it
        }
    }

    private unsent(key: string): Wanted | undefined {
        return this.values.get(ENTRY + key) as Wanted | undefined;
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
                await this.sendOne(key, wanted);
            } catch (error) {
                if (isTransient(error) || isOvertaken(error)) return this.later(error as NatterError);
                if (this.unsent(key) === wanted) this.values.set(ENTRY + key, undefined);
                throw error;
            }
            this.sent(key, wanted);
        }
    }

    /** Members are put into what is known to stand, and only there; where something else does, into that. */
    private async sendOne(key: string, wanted: Wanted): Promise<void> {
        for (let tries = 1; ; tries += 1) {
            const known = this.entries.get(key);
            const value = valueOf(wanted, known?.value ?? null);
            const only = "members" in wanted ? (known && known.value !== null ? known.rev : 0) : undefined;
            try {
                const rev = await this.ports.send(key, value, only);
                if (rev !== null) this.take({ key, value, rev });
                return;
            } catch (error) {
                if (!isOvertaken(error) || tries === TRIES) throw error;
            }
            await this.reread(key);
        }
    }

    private async reread(key: string): Promise<void> {
        const entry = await this.ports.read(key);
        const known = this.entries.get(key);
        if (entry) this.take(entry);
        else if (known) this.know({ ...known, value: null }); // word of it, with a larger rev, is on its way
    }

    /** It is through; what else was put meanwhile is not. */
    private sent(key: string, wanted: Wanted): void {
        const unsent = this.unsent(key);
        const left = rest(unsent, wanted);
        if (left !== unsent) this.values.set(ENTRY + key, left);
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

function isOvertaken(error: unknown): boolean {
    return error instanceof NatterError && error.code === "feed.changed";
}

/** What is left to be sent after `sent` went through: another device may have changed that again by now. */
function rest(wanted: Wanted | undefined, sent: Wanted): Wanted | undefined {
    if (wanted === sent) return undefined;
    if (!wanted || "value" in wanted || "value" in sent) return wanted;
    const members = Object.entries(wanted.members).filter(([name, member]) => !(name in sent.members && sent.members[name] === member));
    return members.length === 0 ? undefined : { members: Object.fromEntries(members) };
}

/** What is to stand where `known` does. */
function valueOf(wanted: Wanted, known: unknown): object | null {
    return "value" in wanted ? wanted.value : changed(known, wanted.members);
}

/** Null where no member is left. */
function changed(value: unknown, members: FeedMembers): object | null {
    const stay = Object.entries({ ...(value as object | null), ...members }).filter(([name, member]) => member !== null || !(name in members));
    return stay.length === 0 ? null : Object.fromEntries(stay);
}
