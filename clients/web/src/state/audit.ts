import type { AuditEntry, NatterClient, User } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface AuditView {
    /** Newest first. */
    entries: readonly AuditEntry[];
    people: ReadonlyMap<string, User>;
    /** Where the next page begins; null: this is all. */
    next: string | null;
    busy: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "rooms">;

/** What was done in a group to keep the peace, page by page. */
export class Audit extends Store<AuditView> {
    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ entries: [], people: new Map(), next: null, busy: false, error: null });
    }

    /** The first page, or the one behind what is shown. */
    async read(): Promise<void> {
        const { entries, people, next, busy } = this.get();
        if (busy) return;
        this.update({ busy: true, error: null });
        try {
            const page = await this.client.rooms.audit(this.room, next === null ? {} : { cursor: next });
            const known = new Map([...people, ...page.users.map((user) => [user.id, user] as const)]);
            this.set({ entries: [...entries, ...page.entries], people: known, next: page.next, busy: false, error: null });
        } catch (error) {
            this.update({ busy: false, error: codeOf(error) });
        }
    }
}
