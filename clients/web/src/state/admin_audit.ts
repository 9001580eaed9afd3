import { Admin, NatterError, type AuditEntry, type NatterClient, type User } from "@natternet/sdk";
import { Store } from "./store.js";

export interface AdminAuditView {
    /** Only this; empty: everything. */
    type: string;
    /** Newest first. */
    entries: readonly AuditEntry[];
    people: ReadonlyMap<string, User>;
    /** Where the next page begins; null: this is all. */
    next: string | null;
    busy: boolean;
    error: string | null;
}

/** What was done to keep the peace, in all rooms and to the server, page by page. */
export class AdminAudit extends Store<AdminAuditView> {
    private readonly admin: Admin;
    private asked = 0;

    constructor(client: Pick<NatterClient, "api">) {
        super({ type: "", entries: [], people: new Map(), next: null, busy: false, error: null });
        this.admin = new Admin(client.api);
    }

    pick(type: string): void {
        this.update({ type, entries: [], next: null });
        void this.read();
    }

    /** The first page, or the one behind what is shown. */
    async read(): Promise<void> {
        const asked = ++this.asked;
        const { type, entries, people, next } = this.get();
        this.update({ busy: true, error: null });
        try {
            const page = await this.admin.audit({ ...(type && { type }), ...(next !== null && { cursor: next }) });
            if (asked !== this.asked) return;
            const known = new Map([...people, ...page.users.map((user) => [user.id, user] as const)]);
            this.update({ entries: [...entries, ...page.entries], people: known, next: page.next, busy: false });
        } catch (error) {
            if (asked === this.asked) this.update({ busy: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
