import type { ListedRoom, NatterClient, OwnRequest, RoomView } from "@natternet/sdk";
import { PagedSearch, type Asked, type Page } from "./paged_search.js";
import { Store } from "./store.js";

type Client = Pick<NatterClient, "rooms" | "user">;

/** Finds public groups while somebody types. */
export class Directory extends PagedSearch<ListedRoom> {
    /** What one has asked oneself, by room. */
    readonly requests = new Store<ReadonlyMap<string, OwnRequest>>(new Map());

    constructor(private readonly client: Client) {
        super(null);
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
        this.requests.set(asked);
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

    protected async read({ text }: Asked<null>, cursor: string | null): Promise<Page<ListedRoom>> {
        const { rooms, next } = await this.client.rooms.directory(text, cursor ?? undefined);
        return { found: rooms, next };
    }
}
