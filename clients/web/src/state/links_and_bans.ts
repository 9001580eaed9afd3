import type { Ban, Link, ListBansAnswer, NatterClient, StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { OneAtATime } from "./one_at_a_time.js";
import { Store } from "./store.js";

export interface LinksAndBansView {
    /** The invitation links that still let people in; null until read, or where one may not know. */
    links: readonly Link[] | null;
    /** Those who are kept out; the same. */
    bans: readonly Ban[] | null;
    /** There are more of those. */
    moreBans: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** Who comes into a group by themselves, and who is kept out, while somebody looks. */
export class LinksAndBans extends Store<LinksAndBansView> {
    /** So many of those who are kept out are to be there, if there are so many. */
    private wanted = 0;
    private readonly reads = new OneAtATime(() => this.read());

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ links: null, bans: null, moreBans: false, error: null });
    }

    /** The page of those who are kept out behind what is shown, which stays shown from then on. */
    async more(): Promise<void> {
        this.wanted = (this.get().bans?.length ?? 0) + 1;
        await this.load();
    }

    /** Reads both as far as one may, and keeps them true; the function returned ends that. */
    watch(): () => void {
        void this.load();
        const end = this.client.on("event", ({ event, backlog }) => {
            if (!backlog && event.room === this.room && movesLinksOrBans(event, this.client.user?.id)) this.reads.soon();
        });
        return () => {
            this.reads.stop();
            end();
        };
    }

    /** For so many seconds and people; absent: for ever, for any number. */
    async makeLink(limits: { seconds?: number; uses?: number }): Promise<void> {
        await this.client.rooms.makeLink(this.room, limits);
        await this.load();
    }

    async revokeLink(seq: number): Promise<void> {
        await this.client.rooms.revokeLink(this.room, seq);
        await this.load();
    }

    async unban(userId: string): Promise<void> {
        await this.client.rooms.unban(this.room, userId);
        await this.load();
    }

    private load(): Promise<void> {
        return this.reads.now();
    }

    private async read(): Promise<void> {
        const { rooms } = this.client;
        try {
            const links = rooms.may(this.room, "invite") ? await rooms.links(this.room) : null;
            const [bans, moreBans] = rooms.may(this.room, "ban") ? await this.readBans() : [null, false];
            this.set({ links, bans, moreBans, error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }

    private async readBans(): Promise<[bans: readonly Ban[], more: boolean]> {
        let bans: readonly Ban[] = [];
        let cursor: string | null | undefined;
        do {
            const page: ListBansAnswer = await this.client.rooms.bans(this.room, cursor ?? undefined);
            bans = [...bans, ...page.bans];
            cursor = page.next;
        } while (cursor !== null && bans.length < this.wanted);
        return [bans, cursor !== null];
    }
}

/** Who comes by a link uses it up; one's own role says what one may know. */
function movesLinksOrBans(event: StoredEvent, me: string | undefined): boolean {
    switch (event.type) {
        case "room.link.created":
        case "room.link.revoked":
        case "room.user.banned":
        case "room.user.unbanned":
            return true;
        case "room.user.joined":
            return event.link !== undefined;
        case "room.user.updated":
            return event.user_id === me;
        default:
            return false;
    }
}
