import type { Clock } from "./clock.js";
import { NatterError, signedOut } from "./errors.js";
import type { Http } from "./http.js";
import { readJson, type Storage } from "./storage.js";
import type { Grant, User } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** Why nobody is signed in any more. */
export type SignedOutReason = "signed_out" | "session_ended" | "suspended" | "other_person";

/** What an administrator said when they suspended an account. */
export interface SuspendedUntil {
    reason?: string;
    /** Absent: for good. */
    until?: string;
}

/** Keeps programs that share one session (tabs) from refreshing at the same moment. */
export type Lock = <T>(work: () => Promise<T>) => Promise<T>;

/** A token that another tab lends. */
export interface Lent {
    token: string;
    /** When to ask for another, in milliseconds since 1970. */
    until: number;
}

/** What outlives the program. The refresh token is in it only where there is no cookie for it. */
interface Remembered {
    id: string;
    user: User;
    refresh_token?: string;
}

const KEY = "session";
/** An access token this close to its end is not used any more; of a short life, the last quarter. */
const MARGIN_MS = 20_000;

/**
 * The session's tokens. The access token lives in memory only; the refresh token lives in an
 * HttpOnly cookie that we never see (browsers) or in the storage (programs).
 */
export class Tokens {
    private session: Remembered | null = null;
    private accessToken = "";
    private refreshAt = 0;
    private refreshing: Promise<void> | null = null;
    private refusedToken = "";
    /** Asks whoever refreshes for all; null: nobody does, or this client itself. */
    borrow: (refused: string) => Promise<Lent | null> = async () => null;

    /** Called once when a session ends that was there. */
    onEnd: (reason: SignedOutReason, suspension: SuspendedUntil) => void = () => {};

    constructor(
        private readonly http: Http,
        private readonly storage: Storage,
        private readonly clock: Clock,
        readonly cookie: boolean,
        private readonly lock: Lock = (work) => work(),
    ) {}

    get user(): User | null {
        return this.session?.user ?? null;
    }

    /** Takes up the session of an earlier run, if one is remembered. It is not yet proven. */
    restore(): boolean {
        this.session = readJson<Remembered>(this.storage, KEY);
        return this.session !== null;
    }

    accept(grant: Grant): void {
        const refreshToken = this.cookie ? undefined : grant.refresh_token;
        this.session = {
            id: this.session?.id ?? uuid7(this.clock.now()),
            user: grant.user,
            ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
        };
        this.storage.set(KEY, JSON.stringify(this.session));
        this.accessToken = grant.access_token;
        const lifeMs = grant.expires_in * 1000;
        this.refreshAt = this.clock.now() + lifeMs - Math.min(MARGIN_MS, lifeMs / 4);
    }

    /** Who is signed in tells something else of themselves now. */
    know(user: User): void {
        if (!this.session) return;
        this.session.user = user; // the session stays the one that somebody may be refreshing
        const kept = readJson<Remembered>(this.storage, KEY);
        if (kept?.id === this.session.id) this.storage.set(KEY, JSON.stringify({ ...kept, user }));
    }

    /** A token good for a request now; refreshes first where the one at hand is about to end. */
    async access(): Promise<string> {
        if (!this.session) throw signedOut();
        if (!this.accessToken || this.clock.now() > this.refreshAt) await this.refresh();
        return this.accessToken;
    }

    /** The server did not take this token: the next `access()` fetches another. */
    refused(token: string): void {
        if (token !== this.accessToken) return;
        this.accessToken = "";
        this.refusedToken = token;
    }

    /** A token good for a while, for another tab; never the one that it says was refused. */
    async lend(refused: string): Promise<Lent> {
        this.refused(refused);
        return { token: await this.access(), until: this.refreshAt };
    }

    /** The server says that the session has ended: asks why, as who was suspended is told. */
    async ended(): Promise<void> {
        await this.refresh().catch(() => {});
        this.end("session_ended");
    }

    end(reason: SignedOutReason, suspension: SuspendedUntil = {}): void {
        if (!this.session) return;
        // Another tab may have signed in anew meanwhile: what is remembered is then its own.
        if (readJson<Remembered>(this.storage, KEY)?.id === this.session.id) this.storage.remove(KEY);
        this.session = null;
        this.accessToken = "";
        this.onEnd(reason, suspension);
    }

    private refresh(): Promise<void> {
        this.refreshing ??= this.renew().finally(() => (this.refreshing = null));
        return this.refreshing;
    }

    private async renew(): Promise<void> {
        const session = this.session;
        const lent = await this.borrow(this.refusedToken);
        if (!lent || lent.token === this.refusedToken) return this.lock(() => this.refreshNow());
        if (this.session !== session) throw signedOut();
        this.accessToken = lent.token;
        this.refreshAt = lent.until;
    }

    private async refreshNow(): Promise<void> {
        const session = this.session;
        if (!session) throw signedOut();
        const body = this.cookie ? {} : { refresh_token: session.refresh_token };
        const grant = await this.http.call<Grant>("POST", "/auth/refresh", { body }).catch((error) => {
            if (error instanceof NatterError && error.code === "auth.suspended") this.end("suspended", suspensionOf(error));
            else if (error instanceof NatterError && error.status === 401) this.end("session_ended");
            throw error;
        });
        if (this.session !== session) throw signedOut();
        if (grant.user.id !== session.user.id) {
            // The cookie now belongs to whoever signed in in another tab.
            this.end("other_person");
            throw signedOut();
        }
        this.accept(grant);
    }
}

function suspensionOf({ reason, until }: NatterError): SuspendedUntil {
    return { ...(reason !== undefined && { reason }), ...(until !== undefined && { until }) };
}
