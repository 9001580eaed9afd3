import { isUnsent } from "../local_values.js";
import type { OutboxEntry } from "../outbox.js";
import type { FeedEntry, StoredEvent, User } from "../schema.gen.js";
import { readJson, type Storage } from "../storage.js";
import { changedRow, type Batch, type KeptRoom, type LocalStore, type Snapshot } from "./local_store.js";
import { threadLogsOf } from "./kept_threads.js";
import type { Span } from "./spans.js";

/** Everything of one person. */
class Shelf {
    readonly rooms = new Map<string, KeptRoom>();
    readonly logs = new Map<string, Map<number, StoredEvent>>();
    readonly users = new Map<string, User>();
    readonly feed = new Map<string, FeedEntry>();
    readonly outbox = new Map<string, OutboxEntry>();
    readonly values = new Map<string, unknown>();
    rev = 0;

    write(batch: Batch): void {
        for (const event of batch.events ?? []) this.log(event.room).set(event.seq, event);
        for (const [log, row] of batch.threadRows ?? []) this.log(log).set(row.seq, row);
        for (const room of batch.rooms ?? []) this.rooms.set(room.id, room);
        for (const { room, seq } of batch.cut ?? []) {
            for (const old of this.log(room).keys()) if (old < seq) this.log(room).delete(old);
        }
        for (const room of batch.gone ?? []) {
            this.rooms.delete(room);
            for (const log of this.logs.keys()) if (log === room || log.startsWith(threadLogsOf(room))) this.logs.delete(log);
        }
        for (const change of batch.changes ?? []) {
            const log = this.log(change.room);
            const held = log.get(change.seq);
            if (held) log.set(change.seq, changedRow(held, change));
        }
        for (const user of batch.users ?? []) this.users.set(user.id, user);
        for (const entry of batch.feed ?? []) this.feed.set(entry.key, entry);
        put(this.outbox, batch.outbox ?? [], null);
        put(this.values, batch.values ?? [], undefined);
        this.rev = batch.rev ?? this.rev;
    }

    log(room: string): Map<number, StoredEvent> {
        let log = this.logs.get(room);
        if (!log) this.logs.set(room, (log = new Map<number, StoredEvent>()));
        return log;
    }
}

function put<Value, None>(map: Map<string, Value>, changes: [string, Value | None][], none: None): void {
    for (const [key, value] of changes) {
        if (value === none) map.delete(key);
        else map.set(key, value as Value);
    }
}

/** Keeps everything as long as the store itself lives: for tests, and programs that run long. */
export class MemoryStore implements LocalStore {
    private readonly shelves = new Map<string, Shelf>();
    private owner = "";

    async open(owner: string): Promise<Snapshot> {
        for (const other of this.shelves.keys()) if (other !== owner) this.shelves.delete(other);
        this.owner = owner;
        const { rooms, outbox, feed, values, rev } = this.shelf;
        return structuredClone({
            rooms: [...rooms.values()],
            outbox: [...outbox.values()].sort((a, b) => (a.nonce < b.nonce ? -1 : 1)),
            feed: [...feed.values()],
            values: [...values],
            rev,
        });
    }

    async write(batch: Batch): Promise<void> {
        if (this.owner !== "") this.shelf.write(structuredClone(batch));
    }

    async spans(room: string): Promise<readonly Span[]> {
        return this.shelf.rooms.get(room)?.spans ?? [];
    }

    async events(room: string, from: number, to: number, limit: number, which: "newest" | "oldest"): Promise<StoredEvent[]> {
        const held = [...this.shelf.log(room).values()].filter(({ seq }) => from <= seq && seq <= to);
        held.sort((a, b) => a.seq - b.seq);
        return which === "newest" ? held.slice(-limit) : held.slice(0, limit);
    }

    async users(ids: string[]): Promise<User[]> {
        return ids.flatMap((id) => this.shelf.users.get(id) ?? []);
    }

    close(): void {
        this.owner = "";
    }

    async wipe(butUnsent: boolean): Promise<void> {
        const { outbox, values } = this.shelf;
        this.shelves.delete(this.owner);
        if (butUnsent) this.shelf.write({ outbox: [...outbox], values: [...values].filter(([key]) => isUnsent(key)) });
        this.close();
    }

    private get shelf(): Shelf {
        let shelf = this.shelves.get(this.owner);
        if (!shelf) this.shelves.set(this.owner, (shelf = new Shelf()));
        return shelf;
    }
}

/** Keeps unsent messages alone, in a `Storage`: what programs use that pass no store. */
export class UnsentStore implements LocalStore {
    private owner = "";

    constructor(private readonly storage: Storage) {}

    async open(owner: string): Promise<Snapshot> {
        this.owner = owner;
        const outbox = this.keys().sort().flatMap((key) => readJson<OutboxEntry>(this.storage, key) ?? []);
        return { rooms: [], outbox, feed: [], values: [], rev: 0 };
    }

    async write(batch: Batch): Promise<void> {
        for (const [nonce, entry] of batch.outbox ?? []) {
            if (entry) this.storage.set(this.key(nonce), JSON.stringify(entry));
            else this.storage.remove(this.key(nonce));
        }
    }

    async spans(): Promise<readonly Span[]> {
        return [];
    }

    async events(): Promise<StoredEvent[]> {
        return [];
    }

    async users(): Promise<User[]> {
        return [];
    }

    close(): void {}

    async wipe(butUnsent: boolean): Promise<void> {
        if (!butUnsent) for (const key of this.keys()) this.storage.remove(key);
    }

    private keys(): string[] {
        return this.storage.keys().filter((key) => key.startsWith(this.key("")));
    }

    private key(nonce: string): string {
        return `outbox.${this.owner}.${nonce}`;
    }
}
