import type { Feed } from "./feed.js";

const ENTRY = "settings:undo";
const MOST_S = 60;

/**
 * For how long what one sends is to wait, so that it can be taken back: an entry of one's own feed (`settings:undo`), the same on all
 * devices. The server does not look at it: a program that heeds it sends by `client.scheduled.send` with `when` the `seconds`, and takes
 * back by `client.scheduled.cancel`. What is changed here stands at once; `own` tells of changes (`isUndo`).
 */
export class Undo {
    constructor(private readonly feed: Pick<Feed, "get" | "put" | "delete">) {}

    /** From 0 to 60; 0: what one sends is sent at once. */
    get seconds(): number {
        return secondsOf(this.feed.get(ENTRY));
    }

    /** Resolves and rejects as `feed.put`. More than 60 count as 60, parts of a second as a whole one. */
    set(seconds: number): Promise<void> {
        return seconds > 0 ? this.feed.put(ENTRY, { seconds: Math.ceil(seconds) }) : this.feed.delete(ENTRY);
    }
}

/** Whether an entry of the feed, as `own` tells its key, is this. */
export function isUndo(key: string): boolean {
    return key === ENTRY;
}

/** Another program may have written anything. */
function secondsOf(value: unknown): number {
    const seconds = (value as { seconds?: unknown } | null)?.seconds;
    return typeof seconds === "number" && Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, MOST_S) : 0;
}
