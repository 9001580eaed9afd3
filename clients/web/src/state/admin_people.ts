import { Admin, type AdminPerson, type NatterClient, type PeopleState, type SessionInfo } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { PagedSearch, type Asked, type Page } from "./paged_search.js";

/** Whether somebody is (still) one of those that are asked for. */
export function fits({ user, suspension }: AdminPerson, state: PeopleState): boolean {
    return state === "all" || (state === "suspended" ? suspension !== undefined : user.admin === true);
}

/** The people of the server, for its administrators: found while one types, and what is done to them. */
export class AdminPeople extends PagedSearch<AdminPerson, PeopleState> {
    private readonly admin: Admin;

    constructor(client: Pick<NatterClient, "api">) {
        super("all");
        this.admin = new Admin(client.api);
    }

    /** One of them alone, whom one knows already. */
    async one(id: string): Promise<void> {
        try {
            this.update({ found: [await this.admin.person(id)], error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
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

    protected async read({ text, state }: Asked<PeopleState>, cursor: string | null): Promise<Page<AdminPerson>> {
        const { people, next } = await this.admin.people({ search: text, state, ...(cursor !== null && { cursor }) });
        return { found: people, next };
    }

    private put(id: string, change: (person: AdminPerson) => AdminPerson): void {
        this.change(({ user }) => user.id === id, change);
    }
}
