import type { AuditEntry, ListAuditAnswer, ListAuditQuery, User } from "@natternet/sdk";
import { dayStart } from "./day.js";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

/** What is looked for; empty: anything. */
export interface AuditAsked {
    /** Only this. */
    type: string;
    /** Only what this person did, or what was done to them: ids. */
    by: string;
    user: string;
    /** From this day on and through that, as date fields have them. */
    since: string;
    until: string;
}

export interface AuditView extends AuditAsked {
    /** Newest first. */
    entries: readonly AuditEntry[];
    people: ReadonlyMap<string, User>;
    /** Where the next page begins; null: this is all. */
    next: string | null;
    busy: boolean;
    error: string | null;
}

/** What was done to keep the peace, in a group or everywhere, page by page. */
export class Audit extends Store<AuditView> {
    private asked = 0;

    constructor(private readonly page: (query: ListAuditQuery) => Promise<ListAuditAnswer>) {
        super({ type: "", by: "", user: "", since: "", until: "", entries: [], people: new Map(), next: null, busy: false, error: null });
    }

    /** Only this from now on, from its beginning. */
    ask(asked: Partial<AuditAsked>): void {
        this.update({ ...asked, entries: [], next: null });
        void this.read();
    }

    /** The first page, or the one behind what is shown. */
    async read(): Promise<void> {
        const asked = ++this.asked;
        const view = this.get();
        this.update({ busy: true, error: null });
        try {
            const page = await this.page(queryOf(view));
            if (asked !== this.asked) return;
            const known = new Map([...view.people, ...page.users.map((user) => [user.id, user] as const)]);
            this.update({ entries: [...view.entries, ...page.entries], people: known, next: page.next, busy: false });
        } catch (error) {
            if (asked === this.asked) this.update({ busy: false, error: codeOf(error) });
        }
    }
}

function queryOf({ type, by, user, since, until, next }: AuditView): ListAuditQuery {
    return { ...(type && { type }), ...(by && { by }), ...(user && { user }), ...(since && { since: dayStart(since, 0) }), ...(until && { until: dayStart(until, 1) }), ...(next !== null && { cursor: next }) };
}
