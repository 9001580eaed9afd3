import { isAnswer, type Message, type NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

export interface FollowedThread {
    room: string;
    root: number;
    /** Answers that one has not read, as far as is known. */
    unread: number;
}

export interface FollowedView {
    /** Those with the newest answers first. */
    all: readonly FollowedThread[];
    /** How many of them have something unread. */
    unread: number;
}

const FAMILY = "thread:";

type Client = Pick<NatterClient, "on" | "threads" | "rooms">;

/** The threads that one follows, and what is unread in them; the same on all devices. */
export class FollowedThreads extends Store<FollowedView> {
    /** How many answers there are, and when the last came, by room and root. */
    private readonly known = new Map<string, { answers: number; last: number }>();

    /** Rooms that one is not in, or not any more, and followed threads in. */
    private readonly left = new Set<string>();

    constructor(private readonly client: Client) {
        super({ all: [], unread: 0 });
        client.on("opened", () => this.reread());
        client.on("rooms", (room) => {
            const isThere = client.rooms.get(room) !== undefined;
            if (isThere ? this.left.has(room) : this.get().all.some((one) => one.room === room)) this.reread();
        });
        client.on("own", (key) => key.startsWith(FAMILY) && this.reread());
        client.on("synced", () => void this.load().catch(() => {})); // at the next connect
        client.on("event", ({ event }) => {
            if (isAnswer(event)) this.learn(event.room, event.message.thread, event.message.answers, event.created_at);
        });
        client.on("signed_out", () => {
            this.known.clear();
            this.set({ all: [], unread: 0 });
        });
    }

    /** What one has not read of the answers under a message; null: one does not follow them. */
    unreadOf(room: string, root: number, answers: number): number | null {
        const read = this.client.threads.readOf(room, root);
        return read === null ? null : Math.max(0, answers - read);
    }

    async toggle(room: string, root: number, answers: number): Promise<void> {
        if (this.client.threads.readOf(room, root) === null) await this.client.threads.follow(room, root, answers);
        else await this.client.threads.unfollow(room, root);
    }

    /** Asks how many answers they have by now: events tell of those that come, not of those that were there. */
    private async load(): Promise<void> {
        if (this.client.threads.all().length === 0) return;
        for (let cursor: string | undefined, more = true; more; ) {
            const page = await this.client.threads.followed(cursor);
            for (const { root } of page.threads) this.note(root);
            cursor = page.next ?? undefined;
            more = cursor !== undefined;
        }
        this.reread();
    }

    private note({ room, seq, answers = 0, answered_at }: Message): void {
        const known = this.known.get(keyOf(room, seq));
        const last = answered_at === undefined ? 0 : Date.parse(answered_at);
        if (!known || known.answers < answers) this.known.set(keyOf(room, seq), { answers, last });
    }

    private learn(room: string, root: number, answers: number, at: string): void {
        const known = this.known.get(keyOf(room, root));
        if (known && known.answers >= answers) return;
        this.known.set(keyOf(room, root), { answers, last: Date.parse(at) });
        if (this.client.threads.readOf(room, root) !== null) this.reread();
    }

    private reread(): void {
        const followed = this.client.threads.all();
        const isThere = ({ room }: { room: string }) => this.client.rooms.get(room) !== undefined;
        this.left.clear();
        for (const one of followed) if (!isThere(one)) this.left.add(one.room);
        const all = followed.filter(isThere).map(({ room, root, read }) => ({ room, root, unread: Math.max(0, (this.known.get(keyOf(room, root))?.answers ?? 0) - read) }));
        const lastOf = ({ room, root }: FollowedThread) => this.known.get(keyOf(room, root))?.last ?? 0;
        this.set({ all: all.sort((one, other) => lastOf(other) - lastOf(one)), unread: all.filter(({ unread }) => unread > 0).length });
    }
}

function keyOf(room: string, root: number): string {
    return `${room}.${root}`;
}
