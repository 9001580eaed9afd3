import type { Api } from "./api.js";
import type { Feed } from "./feed.js";
import type { Position } from "./history.js";
import type { ThreadHistory, ThreadPage } from "./thread_history.js";
import type { ListThreadsAnswer, MessagePage, ThreadMark } from "./schema.gen.js";

const FAMILY = "thread";

/** A thread that one follows: what is not read of it is `answers` of its root less `read`. */
export interface FollowedByMe {
    readonly room: string;
    /** seq of the message that it is under. */
    readonly root: number;
    /** How many of its answers one has read. */
    readonly read: number;
}

/**
 * Threads: answers under a message, beside the room's own messages. Which of them one follows, and how far one has
 * read them, are entries of the person's feed, the same on all devices. The server makes one follow those that
 * one wrote in, those under one's own messages, and those that one is mentioned in.
 */
export class Threads {
    constructor(
        private readonly api: Api,
        private readonly feed: Pick<Feed, "all" | "get" | "put" | "change">,
        private readonly history: Pick<ThreadHistory, "read">,
    ) {}

    /**
     * A thread's root and a page of its answers, ascending by seq: the newest, or those before a seq. Where the server
     * cannot be asked, as this device knows them; rejects with `room.not_found`, or where nothing is known here either.
     */
    open(room: string, root: number, position: { before?: number } = {}, limit = 50): Promise<ThreadPage> {
        return this.history.read(room, root, position, limit);
    }

    /** A page of answers as they stand now, ascending by seq; rejects with `room.not_found`. */
    page(room: string, root: number, position: Position = {}, limit = 50): Promise<MessagePage> {
        return this.api.call("GET", `/rooms/${encodeURIComponent(room)}/messages`, { query: { thread: root, ...position, limit } });
    }

    /** The threads that one follows, with their roots as they stand now; `next` leads to the next page. */
    followed(cursor?: string): Promise<ListThreadsAnswer> {
        return this.api.call("GET", "/me/threads", { query: { cursor } });
    }

    /** The same as this device knows it, without the roots. */
    all(): FollowedByMe[] {
        return this.feed.all(FAMILY).flatMap(([key, value]) => {
            const [room, root] = key.slice(FAMILY.length + 1).split(".");
            const { read, off } = value as ThreadMark;
            return off ? [] : [{ room: room!, root: Number(root), read }];
        });
    }

    /** How many of its answers one has read; null: one does not follow it. */
    readOf(room: string, root: number): number | null {
        const mark = this.feed.get(keyOf(room, root)) as ThreadMark | null;
        return mark === null || mark.off ? null : mark.read;
    }

    /** One has read so many of its answers. What one does not follow stays so. Resolves and rejects as `feed.change`. */
    async read(room: string, root: number, answers: number): Promise<void> {
        const read = this.readOf(room, root);
        if (read !== null && read < answers) await this.feed.change(keyOf(room, root), { read: answers });
    }

    /** Follows a thread of which one has read so many answers. Rejects with `feed.full`. */
    follow(room: string, root: number, answers: number): Promise<void> {
        return this.feed.put(keyOf(room, root), { read: answers, off: false });
    }

    /** Follows it no longer, until one writes in it again. */
    unfollow(room: string, root: number): Promise<void> {
        return this.feed.put(keyOf(room, root), { read: this.readOf(room, root) ?? 0, off: true });
    }
}

function keyOf(room: string, root: number): string {
    return `${FAMILY}:${room}.${root}`;
}
