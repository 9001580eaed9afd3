import type { Feed } from "./feed.js";

const HIDDEN = "hidden:";

/** A message by its room and seq. */
export interface HiddenMessage {
    readonly room: string;
    readonly seq: number;
}

/**
 * Messages that one has deleted for oneself: entries of one's own feed (`hidden:ROOM.SEQ`), the same on all devices.
 * They still come, with their seq, in events and pages; whoever shows messages leaves out those that `has` knows. The server's
 * search leaves them out by itself. What is changed here stands at once, and reaches the server when there is a
 * connection; the event `hidden` tells of changes.
 */
export class Hidden {
    constructor(private readonly feed: Pick<Feed, "get" | "put" | "delete">) {}

    /** Whether one has deleted it for oneself. */
    has(room: string, seq: number): boolean {
        return this.feed.get(keyOf(room, seq)) !== null;
    }

    /** Deletes it for oneself alone; nobody else is told. Rejects with `feed.full`. */
    hide(room: string, seq: number): Promise<void> {
        return this.feed.put(keyOf(room, seq), {});
    }

    /** It is shown again. */
    show(room: string, seq: number): Promise<void> {
        return this.feed.delete(keyOf(room, seq));
    }
}

/** The message that an entry of the feed hides; null: the key is of another family. */
export function hiddenOf(key: string): HiddenMessage | null {
    if (!key.startsWith(HIDDEN)) return null;
    const [room, seq] = key.slice(HIDDEN.length).split(".");
    return { room: room!, seq: Number(seq) };
}

function keyOf(room: string, seq: number): string {
    return `${HIDDEN}${room}.${seq}`;
}
