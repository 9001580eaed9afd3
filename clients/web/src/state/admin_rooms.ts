import { Admin, NatterError, type AdminRoom, type GroupsState, type Member, type NatterClient, type OverseeGroupBody } from "@natternet/sdk";
import { Store } from "./store.js";

export interface AdminRoomsView {
    text: string;
    state: GroupsState;
    found: readonly AdminRoom[];
    /** Where the next page begins; null: this is all. */
    next: string | null;
    searching: boolean;
    error: string | null;
}

/** Long enough not to ask for every letter, short enough not to be felt. */
const PAUSE_MS = 180;

/** All groups of the server, for its administrators: found while one types, and what is done to them. */
export class AdminRooms extends Store<AdminRoomsView> {
    private readonly admin: Admin;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private asked = 0;

    constructor(client: Pick<NatterClient, "api">) {
        super({ text: "", state: "all", found: [], next: null, searching: false, error: null });
        this.admin = new Admin(client.api);
    }

    type(text: string): void {
        clearTimeout(this.timer);
        this.asked += 1;
        this.update({ text, next: null, searching: true, error: null });
        this.timer = setTimeout(() => void this.search(), PAUSE_MS);
    }

    pick(state: GroupsState): void {
        this.update({ state });
        void this.search();
    }

    /** The first page of what is asked. */
    search(): Promise<void> {
        return this.ask([]);
    }

    /** The page behind what is shown. */
    more(): Promise<void> {
        const { found, next } = this.get();
        return next === null ? Promise.resolve() : this.ask(found, next);
    }

    membersOf(id: string): AdminRoomMembers {
        return new AdminRoomMembers(this.admin, id);
    }

    /** The room stays in the list, as it stands now. */
    async oversee(id: string, acts: OverseeGroupBody): Promise<void> {
        const room = await this.admin.oversee(id, acts);
        this.update({ found: this.get().found.map((one) => (one.id === id ? room : one)) });
    }

    private async ask(before: readonly AdminRoom[], cursor?: string): Promise<void> {
        const asked = ++this.asked;
        const { text, state } = this.get();
        this.update({ searching: true, error: null });
        try {
            const page = await this.admin.rooms({ search: text.trim(), state, ...(cursor !== undefined && { cursor }) });
            if (asked === this.asked) this.update({ found: [...before, ...page.rooms], next: page.next, searching: false });
        } catch (error) {
            if (asked === this.asked) this.update({ searching: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
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
            this.update({ busy: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
