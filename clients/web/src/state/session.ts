import { NatterError, type GetServiceAnswer, type NatterClient, type NewAccount, type SignedOutReason, type UpdateMeBody, type User } from "@natternet/sdk";
import { Store } from "./store.js";

export type SessionView =
    | { phase: "signed-in"; user: User }
    /** `reason` only where a session ended that the person had not ended here. */
    | { phase: "signed-out"; reason: SignedOutReason | null; suspended?: SuspendedView };

/** Why somebody may not sign in, and until when. */
export interface SuspendedView {
    reason: string | undefined;
    until: string | undefined;
}

type Client = Pick<NatterClient, "on" | "suspension" | "resume" | "service" | "signIn" | "signUp" | "signOut" | "deleteAccount" | "account" | "people">;

/** Who is signed in, and the ways in and out. */
export class Session extends Store<SessionView> {
    constructor(private readonly client: Client) {
        super({ phase: "signed-out", reason: null });
        client.on("signed_in", (user) => this.set({ phase: "signed-in", user }));
        client.on("people", (ids) => this.learnt(ids));
        client.on("signed_out", (reason) => {
            const { suspension } = client;
            const suspended = suspension && { suspended: { reason: suspension.reason, until: suspension.until } };
            this.set({ phase: "signed-out", reason: reason === "signed_out" ? null : reason, ...suspended });
        });
        client.resume();
    }

    /** Another device may have changed what one tells of oneself. */
    private learnt(ids: readonly string[]): void {
        const session = this.get();
        if (session.phase !== "signed-in" || !ids.includes(session.user.id)) return;
        this.set({ phase: "signed-in", user: this.client.people.get(session.user.id) ?? session.user });
    }

    async signIn(login: string, password: string): Promise<void> {
        try {
            await this.client.signIn({ login, password });
        } catch (error) {
            if (error instanceof NatterError && error.code === "auth.suspended") this.set({ phase: "signed-out", reason: null, suspended: { reason: error.reason, until: error.until } });
            throw error;
        }
    }

    /** Who may sign up just now, and what the server asks of names and passwords. */
    service(): Promise<GetServiceAnswer> {
        return this.client.service();
    }

    async signUp(account: NewAccount): Promise<void> {
        await this.client.signUp(account);
    }

    signOut(): Promise<void> {
        return this.client.signOut();
    }

    /** Changes what one tells of oneself; what is empty is taken away. */
    async tell(change: Omit<UpdateMeBody, "locale">): Promise<void> {
        const user = await this.client.account.update(change);
        this.client.people.learn([user]);
        this.set({ phase: "signed-in", user });
    }

    deleteAccount(password: string): Promise<void> {
        return this.client.deleteAccount(password);
    }
}
