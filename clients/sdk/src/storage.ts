/** Where a client remembers what must outlive it: its session, and messages not yet sent. */
export interface Storage {
    /** Null: nothing is kept under this key. */
    get(key: string): string | null;
    /** Keeps a value, in the place of the one before. */
    set(key: string, value: string): void;
    /** Nothing is kept under this key any more. */
    remove(key: string): void;
    /** All keys under which something is kept. */
    keys(): string[];
}

/** A value of our own; what somebody else has spoilt counts as absent. */
export function readJson<T>(storage: Storage, key: string): T | null {
    try {
        return JSON.parse(storage.get(key) ?? "null") as T | null;
    } catch {
        return null;
    }
}

/** Keeps values as long as the program runs. */
export function memoryStorage(): Storage {
    const values = new Map<string, string>();
    return {
        get: (key) => values.get(key) ?? null,
        set: (key, value) => void values.set(key, value),
        remove: (key) => void values.delete(key),
        keys: () => [...values.keys()],
    };
}

/** The parts of the browser's `localStorage` that are used. */
export interface WebStorage {
    readonly length: number;
    key(index: number): string | null;
    getItem(key: string): string | null;
    setItem(key: string, value: string): void;
    removeItem(key: string): void;
}

/**
 * Keeps values in `localStorage` under a prefix. A full or forbidden store is not an error here:
 * the client then merely forgets at reload.
 */
export function webStorage(store: WebStorage, prefix = "natternet."): Storage {
    const guarded = <T>(work: () => T, otherwise: T): T => {
        try {
            return work();
        } catch {
            return otherwise;
        }
    };
    return {
        get: (key) => guarded(() => store.getItem(prefix + key), null),
        set: (key, value) => guarded(() => store.setItem(prefix + key, value), undefined),
        remove: (key) => guarded(() => store.removeItem(prefix + key), undefined),
        keys: () =>
            guarded(() => {
                const all = Array.from({ length: store.length }, (_, index) => store.key(index) ?? "");
                return all.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
            }, []),
    };
}
