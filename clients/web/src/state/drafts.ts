import type { NatterClient } from "@natternet/sdk";

/** What was typed and not sent, and the seq of the message that it is to answer. */
export interface Draft {
    readonly text: string;
    readonly replyTo: number | null;
}

/** Before the room's id, in the keys of the person's feed. */
export const DRAFT = "draft:";
/** The same in the client's values: what is too long for the feed, and what earlier versions kept. */
export const LOCAL = "draft.";
const EMPTY: Draft = { text: "", replyTo: null };
const PAUSE_MS = 600;
/** Of an entry's value as JSON, somewhat less than the server takes. */
const FEED_BYTES = 8_000;

type Client = Pick<NatterClient, "on" | "values" | "feed">;

/**
 * What was typed and not sent, room by room. It is kept in the person's feed, so that one can begin
 * on one device and go on with another; what is too long for that stays on this device.
 */
export class Drafts {
    /** Typed just now, and not kept yet. */
    private readonly fresh = new Map<string, Draft>();
    private readonly watchers = new Map<string, Set<() => void>>();
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly client: Client) {
        client.on("own", (key) => key.startsWith(DRAFT) && this.changed(key.slice(DRAFT.length)));
        client.on("synced", () => this.adopt());
        client.on("signed_out", () => {
            clearTimeout(this.timer);
            this.fresh.clear();
        });
    }

    get(room: string): Draft {
        return this.fresh.get(room) ?? keptDraft(this.client, room);
    }

    /** Without words nothing is kept; what it would answer is remembered as long as the page is open. */
    set(room: string, draft: Draft): void {
        this.fresh.set(room, draft);
        clearTimeout(this.timer);
        if (draft.text === "") this.keep();
        else this.timer = setTimeout(() => this.keep(), PAUSE_MS);
        this.changed(room);
    }

    /** Puts a draft behind what is begun, which says what is answered where it has words. */
    add(room: string, { text, replyTo }: Draft): void {
        const begun = this.get(room);
        if (begun.text.trim() === "") this.set(room, { text, replyTo: replyTo ?? begun.replyTo });
        else this.set(room, { text: `${begun.text}\n${text}`, replyTo: begun.replyTo });
    }

    /** Calls `watcher` when this room's draft changed; the function returned ends that. */
    watch(room: string, watcher: () => void): () => void {
        const set = this.watchers.get(room) ?? new Set();
        this.watchers.set(room, set.add(watcher));
        return () => void set.delete(watcher);
    }

    /** To be called before the page goes away. */
    keep(): void {
        clearTimeout(this.timer);
        for (const [room, draft] of this.fresh) {
            if (draft.text !== "" || draft.replyTo === null) this.fresh.delete(room);
            this.write(room, draft);
        }
    }

    private write(room: string, { text, replyTo }: Draft): void {
        const { values, feed } = this.client;
        const [known, local] = [feedDraft(this.client, room), values.get(LOCAL + room)];
        const value = { text, ...(replyTo !== null && { reply_to: replyTo }) };
        const tooLong = new TextEncoder().encode(JSON.stringify(value)).length > FEED_BYTES;
        const isKept = tooLong ? local === text && !known : local === undefined && (known?.text ?? "") === text && (known?.replyTo ?? null) === (text === "" ? null : replyTo);
        if (isKept) return;
        // First the feed: with both gone for a moment the text would be, too.
        const written = text === "" || tooLong ? feed.delete(DRAFT + room) : feed.put(DRAFT + room, value);
        written.catch(() => values.set(LOCAL + room, text)); // the feed is full
        if (tooLong) values.set(LOCAL + room, text);
        else if (local !== undefined) values.set(LOCAL + room, undefined);
    }

    /** What earlier versions kept on this device comes into the feed, behind what is there. */
    private adopt(): void {
        for (const key of this.client.values.keys(LOCAL)) {
            const [room, text] = [key.slice(LOCAL.length), this.client.values.get(key)];
            if (this.fresh.has(room) || typeof text !== "string" || text === "") continue;
            const { text: other, replyTo } = feedDraft(this.client, room) ?? EMPTY;
            this.write(room, { text: other === "" || other === text ? text : `${other}\n${text}`, replyTo });
        }
    }

    private changed(room: string): void {
        for (const watcher of [...(this.watchers.get(room) ?? [])]) watcher();
    }
}

/** What is kept of a room's draft, in the feed or on this device. */
export function keptDraft(client: Pick<Client, "values" | "feed">, room: string): Draft {
    const known = feedDraft(client, room);
    if (known) return known;
    const local = client.values.get(LOCAL + room);
    return typeof local === "string" && local !== "" ? { text: local, replyTo: null } : EMPTY;
}

function feedDraft({ feed }: Pick<Client, "feed">, room: string): Draft | null {
    const { text, reply_to } = (feed.get(DRAFT + room) ?? {}) as { text?: unknown; reply_to?: unknown };
    if (typeof text !== "string" || text === "") return null;
    return { text, replyTo: typeof reply_to === "number" ? reply_to : null };
}
