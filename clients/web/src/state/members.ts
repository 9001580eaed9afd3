import { NatterError, ROLES, type ListMembersAnswer, type Member, type NatterClient, type Role, type StoredEvent } from "@natternet/sdk";
import { Store } from "./store.js";

export interface MembersView {
    members: Member[];
    /** Where the next page begins, if there is one. */
    next: string | null;
    loading: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** What the server gives at once where nothing is said, and at most. */
const PAGE = 50;
const LARGE_PAGE = 200;

/** Who is in a room, while somebody looks. */
export class Members extends Store<MembersView> {
    /** So many are to be there, if there are so many. */
    private wanted = 0;
    /** Counts readings: the answer to an earlier one is late news. */
    private reading = 0;

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ members: [], next: null, loading: false, error: null });
    }

    /** Reads the list and keeps it true; the function returned ends that. */
    watch(): () => void {
        void this.load();
        return this.client.on("event", ({ event, backlog }) => {
            if (backlog || event.room !== this.room || !isOfMembers(event)) return;
            // Who has left may no longer ask.
            if (event.type !== "room.user.left" || event.user_id !== this.client.user?.id) void this.load();
        });
    }

    load(): Promise<void> {
        this.wanted = Math.max(this.wanted, this.get().members.length);
        return this.read([], undefined);
    }

    async more(): Promise<void> {
        const { members, next } = this.get();
        if (next === null) return;
        this.wanted = members.length + 1;
        await this.read(members, next);
    }

    /** Reads on, and from then on always, until there are so many or no more. */
    async upTo(count: number): Promise<void> {
        this.wanted = Math.max(this.wanted, count);
        const { members, next, loading } = this.get();
        if (!loading && next !== null && members.length < count) await this.read(members, next);
    }

    async add(userId: string): Promise<void> {
        await this.client.rooms.addMember(this.room, userId);
    }

    /** The reason is for all to read. */
    async remove(userId: string, reason?: string): Promise<void> {
        await this.client.rooms.removeMember(this.room, userId, reason);
    }

    /** Out, and kept out for so many seconds, or for good. */
    async ban(userId: string, seconds?: number, reason?: string): Promise<void> {
        await this.client.rooms.ban(this.room, userId, seconds, reason);
    }

    /** What they wrote in the last so many seconds, or all of it, for everyone; resolves to how many that were. */
    deleteMessages(userId: string, seconds?: number): Promise<number> {
        return this.client.rooms.deleteMessagesOf(this.room, userId, seconds);
    }

    /** `owner` hands the group over. */
    async setRole(userId: string, role: Role): Promise<void> {
        await this.client.rooms.setRole(this.room, userId, role);
    }

    /** For so many seconds from now; the reason is for all to read. */
    async mute(userId: string, seconds: number, reason?: string): Promise<void> {
        await this.client.rooms.mute(this.room, userId, seconds, reason);
    }

    async unmute(userId: string): Promise<void> {
        await this.client.rooms.unmute(this.room, userId);
    }

    async leave(): Promise<void> {
        if (this.client.user) await this.client.rooms.removeMember(this.room, this.client.user.id);
    }

    private async read(before: readonly Member[], from: string | undefined): Promise<void> {
        const reading = ++this.reading;
        this.update({ loading: true, error: null });
        try {
            let members = [...before];
            for (let cursor: string | null | undefined = from; cursor !== null; ) {
                const page: ListMembersAnswer = await this.client.rooms.members(this.room, cursor, this.wanted > PAGE ? LARGE_PAGE : undefined);
                if (reading !== this.reading) return;
                members = [...members, ...page.members].sort(highestFirst);
                const loading = page.next !== null && members.length < this.wanted;
                // What is read anew takes the place of what is shown when it is as much.
                if (!loading || members.length > this.get().members.length) this.update({ members, next: page.next, loading });
                if (!loading) return;
                cursor = page.next;
            }
        } catch (error) {
            if (reading === this.reading) this.update({ loading: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}

/** Whether it changes who is in the room, or as what. */
function isOfMembers(event: StoredEvent): boolean {
    return event.type.startsWith("room.user.") || (event.type === "room.updated" && event.owner !== undefined);
}

function highestFirst(a: Member, b: Member): number {
    return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.user.display_name.localeCompare(b.user.display_name);
}
