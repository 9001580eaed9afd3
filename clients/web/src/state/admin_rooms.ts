import { Admin, type AdminRoom, type GroupsState, type Member, type NatterClient, type OverseeGroupBody } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { PagedSearch, type Asked, type Page } from "./paged_search.js";
import { Store } from "./store.js";

/** All groups of the server, for its administrators: found while one types, and what is done to them. */
export class AdminRooms extends PagedSearch<AdminRoom, GroupsState> {
    private readonly admin: Admin;

    constructor(client: Pick<NatterClient, "api">) {
        super("all");
        this.admin = new Admin(client.api);
    }

    /** One of them alone, which one knows already. */
    async one(id: string): Promise<void> {
        try {
            this.update({ found: [await this.admin.room(id)], error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }

    membersOf(id: string): AdminRoomMembers {
        return new AdminRoomMembers(this.admin, id);
    }

    /** The room stays in the list, as it stands now. */
    async oversee(id: string, acts: OverseeGroupBody): Promise<void> {
        const room = await this.admin.oversee(id, acts);
        this.change((one) => one.id === id, () => room);
    }

    protected async read({ text, state }: Asked<GroupsState>, cursor: string | null): Promise<Page<AdminRoom>> {
        const { rooms, next } = await this.admin.rooms({ search: text, state, ...(cursor !== null && { cursor }) });
        return { found: rooms, next };
    }
}

export interface AdminRoomMembersView {
    members: readonly Member[];
    next: string | null;
    busy: boolean;
    error: string | null;
}

/** Who is in one of them, page by page. */
export class AdminRoomMembers extends Store<AdminRoomMembersView> {
    constructor(
        private readonly admin: Admin,
        private readonly room: string,
    ) {
        super({ members: [], next: null, busy: false, error: null });
    }

    /** The first page, or the one behind what is there. */
    async read(): Promise<void> {
        const { members, next, busy } = this.get();
        if (busy) return;
        this.update({ busy: true, error: null });
        try {
            const page = await this.admin.membersOf(this.room, next ?? undefined);
            this.update({ members: [...members, ...page.members], next: page.next, busy: false });
        } catch (error) {
            this.update({ busy: false, error: codeOf(error) });
        }
    }
}
