import { IndexedDbStore, NatterClient, webStorage, type Lock } from "@natternet/sdk";
import { browserTabs } from "./browser_tabs.js";

/** One tab refreshes at a time; the others then find the new cookie. */
const refreshLock: Lock = (work) => {
    // Absent where the page is neither local nor over TLS; the server's grace then has to do.
    if (!("locks" in navigator)) return work();
    return navigator.locks.request("natternet.refresh", work);
};

/** Missed events of a room that are read one by one; more of them become history to scroll to. */
const CATCH_UP = 1_000;

/** The client of this page: on the server it came from, with the refresh token in a cookie. */
export function browserClient(): NatterClient {
    const tabs = browserTabs();
    const client = new NatterClient({
        url: location.origin,
        cookie: true,
        storage: webStorage(localStorage),
        lock: refreshLock,
        catchUp: CATCH_UP,
        ...(tabs && { tabs }),
        // Absent in some private windows: the page then begins from the network each time.
        ...("indexedDB" in globalThis ? { store: new IndexedDbStore() } : {}),
    });
    addEventListener("online", () => client.wake());
    addEventListener("offline", () => client.networkLost());
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") client.wake();
    });
    // Another tab signed in: nobody should have to do it twice.
    addEventListener("storage", (event) => {
        if (event.key === "natternet.session" && event.newValue && !client.user) client.resume();
    });
    return client;
}
