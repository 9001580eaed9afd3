import type { Api } from "./api.js";
import type { NatterClient } from "./client.js";
import type { Emoji, ListEmojiAnswer } from "./schema.gen.js";

/** What administrators of the server do to its emoji. */
export class EmojiAdmin {
    constructor(private readonly api: Api) {}

    /**
     * Gives the server an emoji: a PNG, GIF or WebP of at most 256 KiB; its `type` must say which. The same one
     * again is answered with what is there. Rejects with `emoji.name_taken`, `emoji.too_many`, and
     * `emoji.image_invalid` where the image does not fit.
     */
    upload(name: string, image: Blob): Promise<Emoji> {
        return this.api.call("PUT", path(name), { bytes: image });
    }

    /**
     * Gives one another name; where it was used by its old one it is still shown. Rejects with `emoji.not_found` and
     * `emoji.name_taken`.
     */
    rename(name: string, to: string): Promise<Emoji> {
        return this.api.call("PATCH", path(name), { body: { name: to } });
    }

    /** Takes one away, and its image. Where it was used its name is to be read. Rejects with `emoji.not_found`. */
    async delete(name: string): Promise<void> {
        await this.api.call("DELETE", path(name));
    }
}

function path(name: string): string {
    return `/admin/emoji/${encodeURIComponent(name)}`;
}

/** Where the image of one is, below the server's address. It needs no token, and never changes. */
export function emojiImage({ image }: Pick<Emoji, "image">): string {
    return `/api/v1/emoji/${image}`;
}

/** Among the person's own values on this device: the emoji that were there last. */
const KEPT = "server-emoji";
/** All clients are told of a change at once: each asks after a moment of chance. */
const SPREAD_MS = 2_000;
const AGAIN_MS = 15_000;

/** The part of a client that the emoji of a server need. */
export type EmojiSource = Pick<NatterClient, "api" | "values" | "on" | "user">;

/**
 * The emoji of the server: those of the last time at once, without a connection too, and from then on as they
 * are. One for each client; asked once, then only when the server tells of a change or was lost for a while.
 */
export class ServerEmoji {
    private version = -1;
    private list: readonly Emoji[] = [];
    private named = new Map<string, Emoji>();
    private waiting: ReturnType<typeof setTimeout> | undefined;
    private readonly ends: (() => void)[] = [];

    /** `onChange`: they are others now. It is called from within the constructor too, where they are kept. */
    constructor(
        private readonly client: EmojiSource,
        private readonly onChange: (emoji: ServerEmoji) => void,
        private readonly spreadMs = SPREAD_MS,
    ) {
        this.takeKept();
        this.ends.push(
            client.on("opened", () => this.takeKept()),
            client.on("synced", () => void this.look()),
            client.on("emoji", (version) => version !== this.version && this.lookSoon(Math.random() * this.spreadMs)),
            client.on("signed_out", () => this.take({ version: -1, emoji: [] })),
        );
        if (client.user) void this.look();
    }

    /** All of them, by name. */
    get all(): readonly Emoji[] {
        return this.list;
    }

    /** The one of this name, without colons; or that was called so, where none is now. */
    get(name: string): Emoji | undefined {
        return this.named.get(name);
    }

    /** Asks the server now. */
    async look(): Promise<void> {
        if (!this.client.user) return;
        try {
            const answer = await this.client.api.call<ListEmojiAnswer>("GET", "/emoji");
            if (answer.version === this.version) return;
            this.client.values.set(KEPT, answer);
            this.take(answer);
        } catch {
            this.lookSoon(AGAIN_MS);
        }
    }

    /** Follows them no longer. */
    close(): void {
        for (const end of this.ends.splice(0)) end();
        clearTimeout(this.waiting);
    }

    private takeKept(): void {
        const kept = this.client.values.get(KEPT) as ListEmojiAnswer | undefined;
        if (kept && kept.version > this.version) this.take(kept);
    }

    private take({ version, emoji }: ListEmojiAnswer): void {
        const named = new Map<string, Emoji>();
        for (const one of emoji) for (const name of one.former_names ?? []) named.set(name, one);
        for (const one of emoji) named.set(one.name, one);
        [this.version, this.list, this.named] = [version, emoji, named];
        this.onChange(this);
    }

    private lookSoon(ms: number): void {
        if (this.waiting !== undefined || this.ends.length === 0) return;
        this.waiting = setTimeout(() => {
            this.waiting = undefined;
            void this.look();
        }, ms);
    }
}
