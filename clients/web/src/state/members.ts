import { NatterError, ROLES, type Member, type NatterClient, type Role, type StoredEvent } from "@natternet/sdk";
import { Store } from "./store.js";

export interface MembersView {
    members: Member[];
    /** Where the next page begins, if there is one. */
    next: string | null;
    loading: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** Who is in a room, while somebody looks. */
export class Members extends Store<MembersView> {
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
        return this.read(undefined);
    }

    async more(): Promise<void> {
        const { next } = this.get();
        if (next !== null) await this.read(next);
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

    private async read(cursor: string | undefined): Promise<void> {
        this.update({ loading: true, error: null });
        try {
            const page = await this.client.rooms.members(this.room, cursor);
            const members = cursor === undefined ? page.members : [...this.get().members, ...page.members];
            this.update({ members: members.sort(highestFirst), next: page.next, loading: false });
        } catch (error) {
            this.update({ loading: false, error: error instanceof NatterError ? error.code : "unknown" });
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
