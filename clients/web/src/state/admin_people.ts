import { Admin, NatterError, type AdminPerson, type NatterClient, type PeopleState, type SessionInfo } from "@natternet/sdk";
import { Store } from "./store.js";

export interface AdminPeopleView {
    text: string;
    state: PeopleState;
    found: readonly AdminPerson[];
    /** Where the next page begins; null: this is all. */
    next: string | null;
    searching: boolean;
    error: string | null;
}

/** Whether somebody is (still) one of those that are asked for. */
export function fits({ user, suspension }: AdminPerson, state: PeopleState): boolean {
    return state === "all" || (state === "suspended" ? suspension !== undefined : user.admin === true);
}

/** Long enough not to ask for every letter, short enough not to be felt. */
const PAUSE_MS = 180;

/** The people of the server, for its administrators: found while one types, and what is done to them. */
export class AdminPeople extends Store<AdminPeopleView> {
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

    pick(state: PeopleState): void {
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

    /** One of them alone, whom one knows already. */
    async one(id: string): Promise<void> {
        try {
            this.update({ found: [await this.admin.person(id)], error: null });
        } catch (error) {
            this.update({ error: error instanceof NatterError ? error.code : "unknown" });
        }
    }

    sessions(id: string): Promise<SessionInfo[]> {
        return this.admin.sessionsOf(id);
    }

    /** For so many seconds; 0: for good. */
    async suspend(id: string, seconds: number, reason: string): Promise<void> {
        const suspension = await this.admin.suspend(id, seconds || undefined, reason || undefined);
        this.put(id, (person) => ({ ...person, suspension }));
    }

    async lift(id: string): Promise<void> {
        await this.admin.unsuspend(id);
        this.put(id, ({ suspension: _, ...person }) => person);
    }

    endSessions(id: string): Promise<number> {
        return this.admin.endSessionsOf(id);
    }

    async setAdmin(id: string, admin: boolean): Promise<void> {
        const user = await this.admin.setAdmin(id, admin);
        this.put(id, (person) => ({ ...person, user }));
    }

    /** It is done, and somebody stands otherwise now. */
    private put(id: string, change: (person: AdminPerson) => AdminPerson): void {
        this.update({ found: this.get().found.map((person) => (person.user.id === id ? change(person) : person)) });
    }

    /** Of one state a page may have nobody on it, with more behind it: then the next one is read. */
    private async ask(before: readonly AdminPerson[], cursor?: string): Promise<void> {
        const asked = ++this.asked;
        this.update({ searching: true, error: null });
        try {
            let found: readonly AdminPerson[] = before;
            let next: string | null | undefined = cursor;
            do {
                const { text, state } = this.get();
                const page: { people: AdminPerson[]; next: string | null } = await this.admin.people({ search: text.trim(), state, ...(next && { cursor: next }) });
                if (asked !== this.asked) return;
                found = [...found, ...page.people];
                next = page.next;
            } while (found.length === before.length && next !== null);
            this.update({ found, next, searching: false });
        } catch (error) {
            if (asked === this.asked) this.update({ searching: false, error: error instanceof NatterError ? error.code : "unknown" });
        }
    }
}
