import { NatterError, type JoinRequest, type NatterClient, type StoredEvent } from "@natternet/sdk";
import { Store } from "./store.js";

export interface JoinRequestsView {
    /** Who asks, the first first; there may be more than these. */
    requests: readonly JoinRequest[];
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms">;

const MOVES: ReadonlySet<StoredEvent["type"]> = new Set(["room.request.created", "room.request.closed", "room.user.joined", "room.user.banned"]);

/** Who asks to be let into a group, while somebody who decides it looks. */
export class JoinRequests extends Store<JoinRequestsView> {
    private asked = 0;

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ requests: [], error: null });
    }

    /** Reads them and keeps them true; the function returned ends that. */
    watch(): () => void {
        void this.load();
        return this.client.on("event", ({ event, backlog }) => {
            if (!backlog && event.room === this.room && MOVES.has(event.type)) void this.load();
        });
    }

    async accept(userId: string): Promise<void> {
        await this.client.rooms.acceptRequest(this.room, userId);
        await this.load();
    }

    async refuse(userId: string): Promise<void> {
        await this.client.rooms.closeRequest(this.room, userId);
        await this.load();
    }

    private async load(): Promise<void> {
        const asked = ++this.asked;
        try {
            const { requests } = await this.client.rooms.requests(this.room);
            if (asked === this.asked) this.set({ requests, error: null });
        } catch (error) {
            if (asked === this.asked) this.update({ error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
