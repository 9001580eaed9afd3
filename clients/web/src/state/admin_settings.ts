import { Admin, type Invite, type NatterClient, type ServerSettings, type SignupPolicy } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface AdminSettingsView {
    /** Null until read. */
    settings: ServerSettings | null;
    error: string | null;
}

/** What administrators set while the server runs. */
export class AdminSettings extends Store<AdminSettingsView> {
    private readonly admin: Admin;

    constructor(client: Pick<NatterClient, "api">) {
        super({ settings: null, error: null });
        this.admin = new Admin(client.api);
    }

    async read(): Promise<void> {
        try {
            this.set({ settings: await this.admin.settings(), error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }

    /** Some of them; the others stay. */
    async change(settings: Parameters<Admin["set"]>[0]): Promise<void> {
        this.set({ settings: await this.admin.set(settings), error: null });
    }

    async setSignup(signup: SignupPolicy | "default"): Promise<void> {
        this.set({ settings: await this.admin.setSignup(signup), error: null });
    }

    /** A code for so many people to sign up with, for so many seconds. */
    invite(uses: number, seconds: number): Promise<Invite> {
        return this.admin.invite({ uses, expires_in: seconds });
    }
}
