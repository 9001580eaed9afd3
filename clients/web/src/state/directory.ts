import { NatterError, type ListedRoom, type NatterClient, type OwnRequest, type RoomView } from "@natternet/sdk";
import { Store } from "./store.js";

export interface DirectoryView {
    text: string;
    found: readonly ListedRoom[];
    /** What one has asked oneself, by room. */
    asked: ReadonlyMap<string, OwnRequest>;
    /** Where the next page begins; null: this is all. */
    next: string | null;
    searching: boolean;
    error: string | null;
}

/** Long enough not to ask for every letter, short enough not to be felt. */
const PAUSE_MS = 180;

type Client = Pick<NatterClient, "rooms" | "user">;

/** Finds public groups while somebody types. Answers to what is no longer asked are dropped. */
export class Directory extends Store<DirectoryView> {
    private timer: ReturnType<typeof setTimeout> | undefined;
    private asked = 0;

    constructor(private readonly client: Client) {
        super({ text: "", found: [], asked: new Map(), next: null, searching: false, error: null });
    }

    type(text: string): void {
        clearTimeout(this.timer);
        this.asked += 1;
        this.update({ text, next: null, searching: true, error: null });
        this.timer = setTimeout(() => void this.search(), PAUSE_MS);
    }

    /** The first page of what is typed. */
    search(): Promise<void> {
        return this.ask([]);
    }

    /** The page behind what is shown. */
    more(): Promise<void> {
        const { found, next } = this.get();
        return next === null ? Promise.resolve() : this.ask(found, next);
    }

    join(room: string): Promise<RoomView> {
        return this.client.rooms.join(room);
    }

    /** Reads what one has asked oneself. */
    async look(): Promise<void> {
        const asked = new Map<string, OwnRequest>();
        let cursor: string | undefined;
        do {
            const { requests, next } = await this.client.rooms.ownRequests(cursor);
            for (const request of requests) asked.set(request.room, request);
            cursor = next ?? undefined;
        } while (cursor !== undefined);
        this.update({ asked });
    }

    async askToJoin(room: string, text: string): Promise<void> {
        await this.client.rooms.ask(room, text || undefined);
        await this.look();
    }

    async takeBack(room: string): Promise<void> {
        const me = this.client.user;
        if (me) await this.client.rooms.closeRequest(room, me.id);
        await this.look();
    }

    private async ask(before: readonly ListedRoom[], cursor?: string): Promise<void> {
        const asked = ++this.asked;
        this.update({ searching: true, error: null });
        try {
            const { rooms, next } = await this.client.rooms.directory(this.get().text.trim(), cursor);
            if (asked === this.asked) this.update({ found: [...before, ...rooms], next, searching: false });
        } catch (error) {
            if (asked === this.asked) this.update({ searching: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
