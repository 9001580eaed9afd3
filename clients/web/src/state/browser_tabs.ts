import type { Tabs } from "@natternet/sdk";

/**
 * The tabs of this browser, where it lets them find each other. Absent over plain http from afar:
 * each tab then has a connection of its own.
 */
export function browserTabs(): Tabs | undefined {
    if (!("locks" in navigator) || !("BroadcastChannel" in globalThis)) return undefined;
    return {
        channel: (name) => {
            const channel = new BroadcastChannel(name);
            const end = {
                onMessage: (_: unknown) => {},
                post: (message: unknown) => channel.postMessage(message),
                close: () => channel.close(),
            };
            channel.onmessage = ({ data }) => end.onMessage(data);
            return end;
        },
        exclusively: (name, work, ifFree) =>
            navigator.locks.request(name, { ifAvailable: ifFree }, async (lock) => {
                if (lock === null) return false;
                await work();
                return true;
            }),
    };
}
