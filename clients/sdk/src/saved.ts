import type { Feed } from "./feed.js";
import type { Hidden } from "./hidden.js";

const SAVED = "saved:";

/** A message that was saved for later, by its room and seq. */
export interface SavedMessage {
    readonly room: string;
    readonly seq: number;
    /** When it was saved, RFC 3339; "" where the program that saved it did not say. */
    readonly at: string;
}

/**
 * Messages that one has saved for later: entries of one's own feed (`saved:ROOM.SEQ`), the same on all devices. A place and
 * no copy: what the message says is read where it is, and one that was deleted, or is in a room that one has left, may still be here.
 * What is changed here stands at once, and reaches the server when there is a connection; `own` tells of changes (`savedOf`).
 */
export class Saved {
    constructor(
        private readonly feed: Pick<Feed, "get" | "all" | "put" | "delete">,
        private readonly hidden: Pick<Hidden, "has">,
        /** Milliseconds since 1970, by the server's clock. */
        private readonly now: () => number,
    ) {}

    /** Whether one has saved it. */
    has(room: string, seq: number): boolean {
        return this.feed.get(keyOf(room, seq)) !== null;
    }

    /** The last saved first; without those that one has deleted for oneself. */
    all(): SavedMessage[] {
        const all = this.feed.all("saved").map(([key, value]) => ({ ...placeOf(key), at: timeOf(value) }));
        return all.filter(({ room, seq }) => !this.hidden.has(room, seq)).sort((one, other) => (one.at < other.at ? 1 : -1));
    }

    /** Nobody else is told. One that is saved already counts as saved now. Resolves and rejects as `feed.put`, such as with `feed.full`. */
    save(room: string, seq: number): Promise<void> {
        return this.feed.put(keyOf(room, seq), { at: new Date(this.now()).toISOString() });
    }

    /** It is saved no more; what is not saved stays so. */
    letGo(room: string, seq: number): Promise<void> {
        return this.feed.delete(keyOf(room, seq));
    }
}

/** The message that an entry of the feed saves; null: the key is of another family. */
export function savedOf(key: string): Omit<SavedMessage, "at"> | null {
    return key.startsWith(SAVED) ? placeOf(key) : null;
}

function keyOf(room: string, seq: number): string {
    return `${SAVED}${room}.${seq}`;
}

function placeOf(key: string): Omit<SavedMessage, "at"> {
    const [room, seq] = key.slice(SAVED.length).split(".");
    return { room: room!, seq: Number(seq) };
}

/** Another program may have written anything. */
function timeOf(value: unknown): string {
    const { at } = value as { at?: unknown };
    return typeof at === "string" ? at : "";
}
