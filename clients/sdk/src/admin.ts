import type { Api } from "./api.js";
import type { AdminPerson, AdminRoom, CreateInviteBody, EndSessionsOfAnswer, Invite, ListAllAuditAnswer, ListAllAuditQuery, ListGroupMembersAnswer, ListGroupsAnswer, ListGroupsQuery, ListPeopleAnswer, ListPeopleQuery, ListSessionsOfAnswer, OverseeGroupBody, ServerFigures, ServerSettings, SessionInfo, SignupPolicy, Suspension, UpdateSettingsBody, User } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/**
 * What administrators of the server do: `new Admin(client.api)`, apart from the client, so that pages load
 * it only for those who are one. Everybody else is refused (`auth.forbidden`). Every act is in the audit log.
 */
export class Admin {
    constructor(private readonly api: Pick<Api, "call">) {}

    /** People by a part of their names, and how they stand; `next` of the answer is the `cursor` of the next page. */
    people(query: ListPeopleQuery = {}): Promise<ListPeopleAnswer> {
        return this.api.call("GET", "/admin/people", { query: { ...query } });
    }

    /**
     * One of them, and how many sessions they have. Rejects with `user.not_found`, as do those below that are about
     * somebody.
     */
    person(userId: string): Promise<AdminPerson> {
        return this.api.call("GET", path(userId));
    }

    /**
     * Suspends somebody, for so many seconds or for good: all their sessions end at once, on all servers, and
     * who signs in reads the reason. What they wrote stays. A second time replaces the first. Rejects with
     * `admin.oneself`.
     */
    suspend(userId: string, seconds?: number, reason?: string): Promise<Suspension> {
        return this.api.call("PUT", `${path(userId)}/suspension`, { body: { ...(seconds && { seconds }), ...(reason && { reason }) } });
    }

    /** Lifts it before its time. Rejects with `suspension.not_found`. */
    async unsuspend(userId: string): Promise<void> {
        await this.api.call("DELETE", `${path(userId)}/suspension`);
    }

    /** Where somebody is signed in. */
    async sessionsOf(userId: string): Promise<SessionInfo[]> {
        const all: SessionInfo[] = [];
        for (let cursor: string | undefined; ; ) {
            const page: ListSessionsOfAnswer = await this.api.call("GET", `${path(userId)}/sessions`, { query: { cursor } });
            all.push(...page.sessions);
            if (page.next === null) return all;
            cursor = page.next;
        }
    }

    /** Ends all of somebody's sessions, of one's own all others; resolves to how many. They may sign in again. */
    async endSessionsOf(userId: string): Promise<number> {
        return (await this.api.call<EndSessionsOfAnswer>("DELETE", `${path(userId)}/sessions`)).ended;
    }

    /** Makes somebody an administrator, or no longer one; the last one stays one (`admin.last`). */
    setAdmin(userId: string, admin: boolean): Promise<User> {
        return this.api.call("PATCH", path(userId), { body: { admin } });
    }

    /** What the server that answers knows of itself at the moment. */
    figures(): Promise<ServerFigures> {
        return this.api.call("GET", "/admin/figures");
    }

    /** All groups, by words of their names or topics, or an id; nothing of what is said there, and no direct rooms. */
    rooms(query: ListGroupsQuery = {}): Promise<ListGroupsAnswer> {
        return this.api.call("GET", "/admin/rooms", { query: { ...query } });
    }

    /** One of them. Rejects with `room.not_found`, as do `membersOf` and `oversee`. */
    room(room: string): Promise<AdminRoom> {
        return this.api.call("GET", roomPath(room));
    }

    /** A page of those who are in it; with `search` only those of whom a name, or a word in it, begins so. */
    membersOf(room: string, cursor?: string, search?: string): Promise<ListGroupMembersAnswer> {
        return this.api.call("GET", `${roomPath(room)}/members`, { query: { cursor, search } });
    }

    /**
     * Locks, closes or unlists a group, or gives it a new owner, without being in it. Its people are told, with the
     * reason, and do not undo it; `false` lets go of what was done. With the nonce of a first try it is done once.
     */
    oversee(room: string, acts: OverseeGroupBody): Promise<AdminRoom> {
        return this.api.call("PATCH", roomPath(room), { body: { ...acts, nonce: acts.nonce ?? uuid7() } });
    }

    /** An invitation code to sign up with where that takes one: for so many people (1) and seconds (a week). */
    invite(limits: CreateInviteBody = {}): Promise<Invite> {
        return this.api.call("POST", "/invites", { body: { ...limits } });
    }

    /** The settings of the server that are changed while it runs. */
    settings(): Promise<ServerSettings> {
        return this.api.call("GET", "/admin/settings");
    }

    /** Sets who may sign up from now on, on all servers and after restarts; `default`: as the program was started. */
    setSignup(signup: SignupPolicy | "default"): Promise<ServerSettings> {
        return this.set({ signup });
    }

    /**
     * Sets what is given, on all servers and after restarts; all of `filters` anew. Words and links that are wanted
     * nowhere, and what holds for people whose account is new. Other servers follow within two seconds.
     */
    set(settings: UpdateSettingsBody): Promise<ServerSettings> {
        return this.api.call("PATCH", "/admin/settings", { body: settings });
    }

    /** What was done to keep the peace, in all rooms and to the server, newest first. */
    audit(query: ListAllAuditQuery = {}): Promise<ListAllAuditAnswer> {
        return this.api.call("GET", "/audit", { query: { ...query } });
    }
}

function roomPath(room: string): string {
    return `/admin/rooms/${encodeURIComponent(room)}`;
}

function path(userId: string): string {
    return `/admin/people/${encodeURIComponent(userId)}`;
}
