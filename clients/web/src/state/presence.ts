import type { NatterClient, Presence, PresenceWish } from "@natternet/sdk";
import { Store, framed } from "./store.js";

type Client = Pick<NatterClient, "on" | "presence" | "user" | "connection">;

/** Who is there, of the people on the screen, and what oneself wants others to see. */
export class PresenceState {
    /** What one chose; null until the server has told it. */
    readonly mine = new Store<Presence | null>(null);
    /** How often somebody is on the screen. */
    private readonly shown = new Map<string, number>();
    private readonly watchers = new Map<string, Set<() => void>>();
    /** Oneself always: whom `@here` calls depends on it. */
    private readonly ask = framed(() => this.client.presence.watch([...(this.client.user ? [this.client.user.id] : []), ...this.shown.keys()]));

    constructor(private readonly client: Client) {
        client.on("presence", (user) => this.changed(user));
        client.on("connection", () => {
            for (const user of this.watchers.keys()) this.changed(user);
        });
        client.on("signed_in", () => this.ask());
        client.on("signed_out", () => this.mine.set(null));
    }

    /** What is known of somebody; nothing is while there is no connection. */
    of(user: string): Presence | undefined {
        return this.client.connection === "online" ? this.client.presence.get(user) : undefined;
    }

    /** Somebody is on the screen: asks for them, and calls `watcher` when it changed. The function returned ends that. */
    watch(user: string, watcher: () => void): () => void {
        const set = this.watchers.get(user) ?? new Set();
        this.watchers.set(user, set.add(watcher));
        this.shown.set(user, (this.shown.get(user) ?? 0) + 1);
        if (this.shown.get(user) === 1) this.ask();
        return () => {
            set.delete(watcher);
            const rest = (this.shown.get(user) ?? 1) - 1;
            if (rest > 0) return void this.shown.set(user, rest);
            this.shown.delete(user);
            this.watchers.delete(user);
            this.ask();
        };
    }

    /** Asks what one chose, on this device or another. */
    async load(): Promise<void> {
        this.mine.set(await this.client.presence.own());
    }

    /** Says what others shall see. */
    async choose(wish: PresenceWish): Promise<void> {
        this.mine.set(await this.client.presence.set(wish));
    }

    private changed(user: string): void {
        const known = this.client.presence.get(user);
        if (user === this.client.user?.id && known?.choice !== undefined) this.mine.set(known);
        for (const watcher of [...(this.watchers.get(user) ?? [])]) watcher();
    }
}
