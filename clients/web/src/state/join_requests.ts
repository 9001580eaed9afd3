import type { JoinRequest, NatterClient, StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { OneAtATime } from "./one_at_a_time.js";
import { Store } from "./store.js";

export interface JoinRequestsView {
    /** Who asks, the first first. */
    requests: readonly JoinRequest[];
    /** Where the next page begins; null: these are all. */
    next: string | null;
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms">;

const MOVES: ReadonlySet<StoredEvent["type"]> = new Set(["room.request.created", "room.request.closed", "room.user.joined", "room.user.banned"]);

/** Who asks to be let into a group, while somebody who decides it looks. */
export class JoinRequests extends Store<JoinRequestsView> {
    /** So many are to be there, if there are so many. */
    private wanted = 0;
    private readonly reads = new OneAtATime(() => this.read());

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ requests: [], next: null, error: null });
    }

    /** Reads them and keeps them true; the function returned ends that. */
    watch(): () => void {
        void this.load();
        const end = this.client.on("event", ({ event, backlog }) => {
            if (!backlog && event.room === this.room && MOVES.has(event.type)) this.reads.soon();
        });
        return () => {
            this.reads.stop();
            end();
        };
    }

    /** The page behind what is shown, which stays shown from then on. */
    async more(): Promise<void> {
        this.wanted = this.get().requests.length + 1;
        await this.load();
    }

    async accept(userId: string): Promise<void> {
        await this.client.rooms.acceptRequest(this.room, userId);
        await this.load();
    }

    async refuse(userId: string): Promise<void> {
        await this.client.rooms.closeRequest(this.room, userId);
        await this.load();
    }

    private load(): Promise<void> {
        return this.reads.now();
    }

    private async read(): Promise<void> {
        try {
            let requests: readonly JoinRequest[] = [];
            let next: string | null | undefined;
            do {
                const page = await this.client.rooms.requests(this.room, next ?? undefined);
                requests = [...requests, ...page.requests];
                next = page.next;
            } while (next !== null && requests.length < this.wanted);
            this.set({ requests, next, error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }
}
