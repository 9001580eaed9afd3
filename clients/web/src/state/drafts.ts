import { draftPlaceOf, type NatterClient } from "@natternet/sdk";

/** What was typed and not sent, and the seq of the message that it is to answer, which stays also before there are words. */
export interface Draft {
    readonly text: string;
    readonly replyTo: number | null;
}

const PAUSE_MS = 600;

type Client = Pick<NatterClient, "on" | "drafts">;

/** What was typed and not sent, room by room and thread by thread: what is being typed now, kept with each pause. */
export class Drafts {
    /** Typed just now, and not kept yet. */
    private readonly fresh = new Map<string, Draft>();
    private readonly watchers = new Map<string, Set<() => void>>();
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly client: Client) {
        client.on("own", (key) => {
            const place = draftPlaceOf(key);
            if (place !== null) this.changed(place);
        });
        client.on("synced", () => client.drafts.share((place) => this.fresh.has(place)));
        client.on("signed_out", () => {
            clearTimeout(this.timer);
            this.fresh.clear();
        });
    }

    get(room: string): Draft {
        return this.fresh.get(room) ?? this.kept(room);
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
        void this.client.drafts.set(room, { text, ...(replyTo !== null && { reply_to: replyTo }) });
    }

    private kept(room: string): Draft {
        const { text, reply_to } = this.client.drafts.get(room) ?? { text: "" };
        return { text, replyTo: reply_to ?? null };
    }

    private changed(room: string): void {
        for (const watcher of [...(this.watchers.get(room) ?? [])]) watcher();
    }
}
