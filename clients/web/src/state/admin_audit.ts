import { Admin, type AuditEntry, type NatterClient, type User } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface AdminAuditView {
    /** Only this; empty: everything. */
    type: string;
    /** From this day on and through that, as date fields have them; empty: at any time. */
    since: string;
    until: string;
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
        super({ type: "", since: "", until: "", entries: [], people: new Map(), next: null, busy: false, error: null });
        this.admin = new Admin(client.api);
    }

    pick(type: string): void {
        this.ask({ type });
    }

    /** Only of these days. */
    ask(asked: Partial<Pick<AdminAuditView, "type" | "since" | "until">>): void {
        this.update({ ...asked, entries: [], next: null });
        void this.read();
    }

    /** The first page, or the one behind what is shown. */
    async read(): Promise<void> {
        const asked = ++this.asked;
        const { type, since, until, entries, people, next } = this.get();
        this.update({ busy: true, error: null });
        try {
            const page = await this.admin.audit({ ...(type && { type }), ...(since && { since: dayStart(since, 0) }), ...(until && { until: dayStart(until, 1) }), ...(next !== null && { cursor: next }) });
            if (asked !== this.asked) return;
            const known = new Map([...people, ...page.users.map((user) => [user.id, user] as const)]);
            this.update({ entries: [...entries, ...page.entries], people: known, next: page.next, busy: false });
        } catch (error) {
            if (asked === this.asked) this.update({ busy: false, error: codeOf(error) });
        }
    }
}

/** When a day begins for who reads, or so many days later. */
export function dayStart(date: string, days: number): string {
    const start = new Date(`${date}T00:00`);
    start.setDate(start.getDate() + days);
    return start.toISOString();
}
