import { systemClock, type Clock } from "./clock.js";
import type { Fetch } from "./http.js";
import type { SocketConstructor } from "./socket.js";
import { memoryStorage, type Storage } from "./storage.js";
import type { LocalStore } from "./store/local_store.js";
import { UnsentStore } from "./store/memory_store.js";
import type { Tabs } from "./tabs.js";
import type { Lock } from "./tokens.js";

/** Where a client finds its server, and what it may use of the place that it runs in. */
export interface ClientOptions {
    /** Where the server is: `https://chat.example`. */
    url: string;
    /**
     * Who keeps the refresh token: an HttpOnly cookie (pages served by the server itself), or the
     * `storage` (programs). Default: the storage.
     */
    cookie?: boolean;
    /** The WebSocket to use; in Node 20 that of npm `ws`. Default: the global one. */
    webSocket?: SocketConstructor;
    /** The `fetch` to use. Default: the global one. */
    fetch?: Fetch;
    /** Default: memory, so that nothing outlives the program. Browsers: `webStorage(localStorage)`. */
    storage?: Storage;
    /** Serialises refreshes among programs that share a session; tabs pass one over Web Locks. */
    lock?: Lock;
    /**
     * Keeps a copy of rooms and messages, so that a later run begins without the network. Default:
     * only messages not yet sent are kept, in the `storage`. Browsers: `new IndexedDbStore()`.
     */
    store?: LocalStore;
    /** The other tabs that share this session: one of all holds the connection. */
    tabs?: Tabs;
    /**
     * How many missed events of one room are still handed out one by one; past that the client goes
     * on with the newest. Default: all of them, as bots want it. The page reads gaps as history.
     */
    catchUp?: number;
    /** What time it is, and timers; tests pass one that stands still. */
    clock?: Clock;
}

export type Resolved = Required<Omit<ClientOptions, "lock" | "tabs">> & Pick<ClientOptions, "lock" | "tabs">;

export function resolveOptions(options: ClientOptions): Resolved {
    const webSocket = options.webSocket ?? (globalThis.WebSocket);
    if (!webSocket) throw new TypeError("There is no global WebSocket here: pass one as `webSocket`.");
    const storage = options.storage ?? memoryStorage();
    return {
        cookie: false,
        fetch: (url, init) => globalThis.fetch(url, init),
        clock: systemClock,
        catchUp: Infinity,
        ...options,
        storage,
        store: options.store ?? new UnsentStore(storage),
        webSocket,
    };
}

export function socketUrl(base: string): string {
    const url = new URL("/api/v1/ws", base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
}
