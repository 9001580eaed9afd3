import { NatterError, type Member, type NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

export interface MembersView {
    members: Member[];
    /** Where the next page begins, if there is one. */
    next: string | null;
    loading: boolean;
    error: string | null;
    /** One may add and remove people. */
    mayManage: boolean;
}

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** Who is in a room, while somebody looks. */
export class Members extends Store<MembersView> {
    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ members: [], next: null, loading: false, error: null, mayManage: false });
    }

    /** Reads the list and keeps it true; the function returned ends that. */
    watch(): () => void {
        void this.load();
        return this.client.on("event", ({ event, backlog }) => {
            if (event.type === "message.created" || backlog || event.room !== this.room) return;
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

    async remove(userId: string): Promise<void> {
        await this.client.rooms.removeMember(this.room, userId);
    }

    async leave(): Promise<void> {
        if (this.client.user) await this.client.rooms.removeMember(this.room, this.client.user.id);
    }

    async rename(name: string): Promise<void> {
        await this.client.rooms.rename(this.room, name);
    }

    private async read(cursor: string | undefined): Promise<void> {
        this.update({ loading: true, error: null });
        try {
            const page = await this.client.rooms.members(this.room, cursor);
            const members = cursor === undefined ? page.members : [...this.get().members, ...page.members];
            this.update({ members: members.sort(ownerFirst), next: page.next, loading: false, mayManage: this.mayManage() });
        } catch (error) {
            this.update({ loading: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }

    private mayManage(): boolean {
        return (["edit", "invite", "remove"] as const).every((permission) => this.client.rooms.may(this.room, permission));
    }
}

function ownerFirst(a: Member, b: Member): number {
    if (a.role !== b.role) return a.role === "owner" ? -1 : 1;
    return a.user.display_name.localeCompare(b.user.display_name);
}
