import type { Api } from "./api.js";
import type { ListSessionsAnswer, SessionInfo, UpdateMeBody, User } from "./schema.gen.js";

/** One's own account, and the places where one is signed in. */
export class Account {
    constructor(private readonly api: Api) {}

    /** Oneself, as the server knows one now. */
    me(): Promise<User> {
        return this.api.call("GET", "/me");
    }

    /**
     * Changes what one tells of oneself; an empty `about`, `pronouns` or `time_zone` takes it away. Rejects with
     * `content.filtered`.
     */
    update(change: UpdateMeBody): Promise<User> {
        return this.api.call("PATCH", "/me", { body: change });
    }

    /** The places where one is signed in, this one among them. */
    async sessions(): Promise<SessionInfo[]> {
        const all: SessionInfo[] = [];
        for (let cursor: string | undefined; ; ) {
            const query = { cursor };
            const page = await this.api.call<ListSessionsAnswer>("GET", "/sessions", { query });
            all.push(...page.sessions);
            if (page.next === null) return all;
            cursor = page.next;
        }
    }

    /** Signs out somewhere else: void at once. Rejects with `session.not_found`. */
    async endSession(id: string): Promise<void> {
        await this.api.call("DELETE", `/sessions/${encodeURIComponent(id)}`);
    }

    /** Ends the person's other sessions too. Rejects with `auth.invalid_credentials` where the old one is wrong. */
    async changePassword(oldPassword: string, newPassword: string): Promise<void> {
        const body = { old_password: oldPassword, new_password: newPassword };
        await this.api.call("POST", "/auth/password", { body });
    }

    /**
     * The account is gone for good; what it wrote stays, under no name. Rejects with `auth.invalid_credentials`, and
     * `admin.last` of the last administrator.
     */
    async deleteAccount(password: string): Promise<void> {
        await this.api.call("DELETE", "/me", { body: { password } });
    }

    /** Ends this session on the server alone; programs call the client's own `signOut()`. */
    async signOut(): Promise<void> {
        await this.api.call("POST", "/auth/signout");
    }
}
