import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { AppState } from "./app_state.js";

/** Longer than a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;
/** Timers may come a little early. */
const SPARE_MS = 50;

/** What the server gives one time for, from when one's message was said; moderators delete without it. */
export type Timed = "message_edit_s" | "message_delete_s";

/** When that time is over: milliseconds since 1970, on the server's clock; Infinity: never, as far as is known. */
export function endOf(limits: Readonly<Record<string, number>>, act: Timed, createdAt: string): number {
    const seconds = limits[act] ?? 0;
    return seconds === 0 ? Infinity : Date.parse(createdAt) + seconds * 1_000;
}

/** Whether a time of this clock is still to come; drawn anew when it does. */
export function useIsAhead(clock: { now(): number }, end: number): boolean {
    const [looks, look] = useState(0);
    const ahead = clock.now() < end;
    useEffect(() => {
        if (!ahead || end === Infinity) return undefined;
        const timer = setTimeout(() => look((times) => times + 1), Math.min(end - clock.now() + SPARE_MS, LONGEST_MS));
        return () => clearTimeout(timer);
    }, [clock, end, ahead, looks]);
    return ahead;
}

/** Whether there is still time to do that with one's own message of then; null: with none. */
export function useInTime({ client, connection }: Pick<AppState, "client" | "connection">, act: Timed, createdAt: string | null): boolean {
    const end = useCallback(() => (createdAt === null ? Infinity : endOf(client.limits, act, createdAt)), [client, act, createdAt]);
    return useIsAhead(client, useSyncExternalStore(connection.subscribe, end));
}
