import type { NatterClient, SessionInfo } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface SessionsView {
    /** Null until read. */
    sessions: SessionInfo[] | null;
    error: string | null;
}

/** The places where a person is signed in. */
export class Sessions extends Store<SessionsView> {
    constructor(private readonly client: Pick<NatterClient, "account" | "on">) {
        super({ sessions: null, error: null });
        client.on("signed_out", () => this.set({ sessions: null, error: null }));
    }

    async load(): Promise<void> {
        try {
            const sessions = await this.client.account.sessions();
            this.set({ sessions: sessions.sort((a, b) => Number(b.current) - Number(a.current)), error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }

    async end(id: string): Promise<void> {
        await this.client.account.endSession(id);
        await this.load();
    }
}
