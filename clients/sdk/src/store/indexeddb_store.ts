import { isUnsent } from "../local_values.js";
import type { OutboxEntry } from "../outbox.js";
import type { FeedEntry, StoredEvent, User } from "../schema.gen.js";
import { changedRow, type Batch, type Change, type KeptRoom, type LocalStore, type Snapshot } from "./local_store.js";
import { threadLogsOf } from "./kept_threads.js";
import type { Span } from "./spans.js";

const PREFIX = "natternet.";
/** Grows with every change of what is kept, or of how. */
const VERSION = 2;
const KEYED = { rooms: "id", users: "id", feed: "key", outbox: "nonce" } as const;
const ALL = [...Object.keys(KEYED), "log", "values"];
const REV = "rev";
/** Values of the program's own have this before their keys. */
const OWN = "own.";

/** Keeps everything in the browser's IndexedDB, a database for each person. */
export class IndexedDbStore implements LocalStore {
    private db: IDBDatabase | null = null;
    private name = "";

    constructor(private readonly factory: IDBFactory = indexedDB) {}

    async open(owner: string): Promise<Snapshot> {
        this.name = PREFIX + owner;
        const [db] = await Promise.all([this.openDatabase(), this.forgetOthers()]);
        this.close();
        this.db = db;
        const stores = this.read("rooms", "outbox", "feed", "values");
        const [rooms, outbox, feed, values, keys] = await Promise.all([
            done(stores.rooms!.getAll() as IDBRequest<KeptRoom[]>),
            done(stores.outbox!.getAll() as IDBRequest<OutboxEntry[]>),
            done(stores.feed!.getAll() as IDBRequest<FeedEntry[]>),
            done(stores.values!.getAll() as IDBRequest<unknown[]>),
            done(stores.values!.getAllKeys() as IDBRequest<string[]>),
        ]);
        const pairs = keys.map((key, at): [string, unknown] => [key, values[at]]);
        const own = pairs.filter(([key]) => key.startsWith(OWN));
        const rev = pairs.find(([key]) => key === REV)?.[1];
        return {
            rooms,
            outbox,
            feed,
            values: own.map(([key, value]) => [key.slice(OWN.length), value]),
            rev: typeof rev === "number" ? rev : 0,
        };
    }

    async write(batch: Batch): Promise<void> {
        // What exists nowhere else is worth waiting for the disk.
        const durability = batch.outbox || batch.values ? "strict" : "relaxed";
        const transaction = this.opened().transaction(storesOf(batch), "readwrite", { durability });
        const store = (name: string) => transaction.objectStore(name);
        for (const event of batch.events ?? []) store("log").put(event, [event.room, event.seq]);
        for (const [log, row] of batch.threadRows ?? []) store("log").put(row, [log, row.seq]);
        for (const room of batch.rooms ?? []) store("rooms").put(room);
        for (const { room, seq } of batch.cut ?? []) store("log").delete(logRange(room, 0, seq - 1));
        for (const room of batch.gone ?? []) {
            store("rooms").delete(room);
            store("log").delete(logRange(room, 0, Infinity));
            store("log").delete(threadsRange(room));
        }
        for (const user of batch.users ?? []) store("users").put(user);
        for (const entry of batch.feed ?? []) store("feed").put(entry);
        for (const [nonce, entry] of batch.outbox ?? []) {
            if (entry) store("outbox").put(entry);
            else store("outbox").delete(nonce);
        }
        for (const [key, value] of batch.values ?? []) {
            if (value === undefined) store("values").delete(OWN + key);
            else store("values").put(value, OWN + key);
        }
        if (batch.rev !== undefined) store("values").put(batch.rev, REV);
        if (batch.changes) changeRows(store("log"), batch.changes);
        else transaction.commit(); // would wait for a turn of a page that may be about to go away
        await finished(transaction);
    }

    async spans(room: string): Promise<readonly Span[]> {
        const kept = await done(this.read("rooms").rooms!.get(room) as IDBRequest<KeptRoom | undefined>);
        return kept?.spans ?? [];
    }

    async events(room: string, from: number, to: number, limit: number, which: "newest" | "oldest"): Promise<StoredEvent[]> {
        const log = this.read("log").log!;
        const range = logRange(room, from, to);
        if (which === "oldest") return done(log.getAll(range, limit) as IDBRequest<StoredEvent[]>);
        const first = await nth(log.openKeyCursor(range, "prev"), limit - 1);
        const newest = first ? IDBKeyRange.bound(first, range.upper) : range;
        return done(this.read("log").log!.getAll(newest) as IDBRequest<StoredEvent[]>);
    }

    async users(ids: string[]): Promise<User[]> {
        const users = this.read("users").users!;
        const found = await Promise.all(ids.map((id) => done(users.get(id) as IDBRequest<User | undefined>)));
        return found.filter((user) => user !== undefined);
    }

    close(): void {
        this.db?.close();
        this.db = null;
    }

    async wipe(butUnsent: boolean): Promise<void> {
        if (butUnsent && this.db) {
            const names = ALL.filter((name) => name !== "outbox");
            const transaction = this.db.transaction(names, "readwrite");
            for (const name of names) {
                if (name === "values") keepUnsent(transaction.objectStore(name));
                else transaction.objectStore(name).clear();
            }
            await finished(transaction);
            return this.close();
        }
        this.close();
        if (this.name !== "") await this.remove(this.name);
    }

    private openDatabase(): Promise<IDBDatabase> {
        const request = this.factory.open(this.name, VERSION);
        request.onupgradeneeded = () => build(request.result, request.transaction!);
        return done(request).then((db) => {
            // Another tab wants to remove it, or to bring it to a newer version.
            db.onversionchange = () => db.close();
            return db;
        });
    }

    /** Nobody who signs in here is to find what belongs to somebody else. */
    private async forgetOthers(): Promise<void> {
        const all = (await this.factory.databases?.()) ?? [];
        const others = all.flatMap(({ name }) => (name?.startsWith(PREFIX) && name !== this.name ? [name] : []));
        await Promise.all(others.map((name) => this.remove(name)));
    }

    /** Resolves when it is gone, or as soon as it is certain to go when the last tab lets go of it. */
    private remove(name: string): Promise<void> {
        return new Promise((resolve, reject) => {
            const request = this.factory.deleteDatabase(name);
            request.onsuccess = request.onblocked = () => resolve();
            request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
        });
    }

    private opened(): IDBDatabase {
        if (!this.db) throw new Error("The store is closed.");
        return this.db;
    }

    private read(...names: string[]): Record<string, IDBObjectStore | undefined> {
        const transaction = this.opened().transaction(names, "readonly");
        return Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    }
}

/**
 * Brings a database to this version. All but `outbox` and `values` is a copy of what the server
 * has: where a later version keeps it differently, it is emptied here and fetched anew.
 */
function build(db: IDBDatabase, change: IDBTransaction): void {
    // Version 1 did not keep the emoji on messages true, and knew of a feed that it had not kept.
    for (const name of ["rooms", "log", "feed"]) if (db.objectStoreNames.contains(name)) change.objectStore(name).clear();
    if (db.objectStoreNames.contains("values")) change.objectStore("values").delete(REV);
    for (const [name, keyPath] of Object.entries(KEYED)) {
        if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, { keyPath });
    }
    for (const name of ["log", "values"]) {
        if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
    }
}

function storesOf(batch: Batch): string[] {
    const names = new Set<string>();
    if (batch.events || batch.threadRows || batch.cut || batch.gone || batch.changes) names.add("log");
    if (batch.rooms || batch.gone) names.add("rooms");
    for (const name of ["users", "feed", "outbox"] as const) if (batch[name]) names.add(name);
    if (batch.values || batch.rev !== undefined || names.size === 0) names.add("values");
    return [...names];
}

/** Reads the rows, then puts them back changed; all within the log's transaction. */
function changeRows(log: IDBObjectStore, changes: readonly Change[]): void {
    const rows = new Map<string, Change[]>();
    for (const change of changes) {
        const key = `${change.room} ${change.seq}`;
        rows.set(key, [...(rows.get(key) ?? []), change]);
    }
    for (const all of rows.values()) {
        const { room, seq } = all[0]!;
        const request = log.get([room, seq]) as IDBRequest<StoredEvent | undefined>;
        request.onsuccess = () => {
            if (request.result) log.put(all.reduce(changedRow, request.result), [room, seq]);
        };
    }
}

/** Leaves the values that are on their way alone. */
function keepUnsent(values: IDBObjectStore): void {
    const request = values.getAllKeys() as IDBRequest<string[]>;
    request.onsuccess = () => {
        for (const key of request.result) if (!key.startsWith(OWN) || !isUnsent(key.slice(OWN.length))) values.delete(key);
    };
}

/** All that begins as the logs of a room's threads do. */
function threadsRange(room: string): IDBKeyRange {
    const beginning = threadLogsOf(room);
    return IDBKeyRange.bound([beginning], [`${beginning}\uffff`]);
}

function logRange(room: string, from: number, to: number): IDBKeyRange {
    return IDBKeyRange.bound([room, from], [room, to]);
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
    });
}

function finished(transaction: IDBTransaction): Promise<void> {
    return new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("The write was undone."));
    });
}

/** The key that a cursor comes to after `steps`; null where there are fewer. */
function nth(request: IDBRequest<IDBCursor | null>, steps: number): Promise<IDBValidKey | null> {
    return new Promise((resolve, reject) => {
        let jumped = steps === 0;
        request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
        request.onsuccess = () => {
            const cursor = request.result;
            if (!cursor || jumped) return resolve(cursor?.key ?? null);
            jumped = true;
            cursor.advance(steps);
        };
    });
}
