import type { Api } from "./api.js";
import type { History, LogPage, Position } from "./history.js";
import type { RoomEntry, RoomList } from "./room_list.js";
import { permits } from "./permissions.js";
import type {
    Content,
    CreateRoomBody,
    Done,
    EventPage,
    Link,
    DeleteMessagesOfAnswer,
    Filters,
    GetFiltersAnswer,
    ListAuditAnswer,
    ListAuditQuery,
    ListBansAnswer,
    ListDirectoryAnswer,
    ListLinksAnswer,
    ListMembersAnswer,
    ListOwnRequestsAnswer,
    ListReceiptsAnswer,
    ListRequestsAnswer,
    MakeLinkBody,
    Message,
    MessagePage,
    Permission,
    Role,
    Room,
    RoomView,
    SendMessageBody,
    UpdateRoomBody,
} from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** What a new group can begin with. */
export type GroupSettings = Omit<CreateRoomBody, "kind" | "name" | "members" | "nonce">;

/**
 * What people do with rooms. Every act carries a nonce, so that repeating it is harmless. What is about a room rejects
 * with `room.not_found` where one is not in it, what takes a permission or a higher role with `room.forbidden`, and
 * what only groups have with `room.direct_fixed` elsewhere; further codes stand with the methods.
 */
export class Rooms {
    private readonly loading = new Map<string, Promise<RoomView>>();

    constructor(
        private readonly api: Api,
        private readonly list: RoomList,
        private readonly log: History,
        private readonly onSeen: (view: RoomView) => void,
    ) {}

    /** The rooms one is in, as known so far (complete once the client has synced). */
    all(): RoomEntry[] {
        return this.list.all();
    }

    /** One of them; undefined where one is not in it, or does not know yet. */
    get(room: string): RoomEntry | undefined {
        return this.list.get(room);
    }

    /** The newest message that came by; undefined where none of the newest events was one. */
    lastMessage(room: string): Message | undefined {
        return this.list.lastMessage(room);
    }

    /** Asks the server for a room as it stands. */
    load(room: string): Promise<RoomView> {
        const known = this.loading.get(room);
        if (known) return known;
        const isAsked = () => this.loading.get(room) === loading;
        const loading: Promise<RoomView> = this.api
            .call<RoomView>("GET", path(room))
            .then((view) => {
                if (isAsked()) this.onSeen(view);
                return view;
            })
            .finally(() => isAsked() && this.loading.delete(room));
        this.loading.set(room, loading);
        return loading;
    }

    /** As it stands from now on: an answer that is on its way may be older. */
    async reload(room: string): Promise<RoomView> {
        await this.loading.get(room)?.catch(() => {}); // of no matter, as it is asked again
        return this.load(room);
    }

    /** One is out of the room: an answer that is on its way may be of before. @internal */
    gone(room: string): void {
        this.loading.delete(room);
    }

    /**
     * The direct room with one other person, which is the same one each time. Rejects with `user.unreachable` where
     * they do not let one, and `newcomer.limited`.
     */
    async openDirect(userId: string): Promise<RoomView> {
        const body: CreateRoomBody = { kind: "direct", members: [userId], nonce: uuid7() };
        return this.load((await this.api.call<Room>("POST", "/rooms", { body })).id);
    }

    /**
     * A new group of oneself and these people (their ids), with settings as `update` takes them. Rejects with
     * `user.unreachable`, `newcomer.limited` and `content.filtered`.
     */
    async createGroup(name: string, members: string[], settings: GroupSettings = {}): Promise<RoomView> {
        const body: CreateRoomBody = { ...settings, kind: "group", name, members, nonce: uuid7() };
        return this.load((await this.api.call<Room>("POST", "/rooms", { body })).id);
    }

    /**
     * Sets something anew in a group: its name and topic, permissions, slow mode, lock, archive. Rejects with
     * `content.filtered`.
     */
    async update(room: string, change: Omit<UpdateRoomBody, "nonce">): Promise<void> {
        await this.api.call("PATCH", path(room), { body: { ...change, nonce: uuid7() } });
    }

    /** Whether one may do this in a room now, as far as is known. */
    may(room: string, permission: Permission): boolean {
        const entry = this.list.get(room);
        return entry !== undefined && permits(entry, entry.role, permission);
    }

    /**
     * A page of a room's members, of at most `limit` (50; the server takes up to 200); `next` of the answer is the `cursor` of the next page.
     * With `search` only those of whom a name, or a word in it, begins so; of a very large room such a page may hold nobody and have a `next`.
     */
    members(room: string, cursor?: string, limit?: number, search?: string): Promise<ListMembersAnswer> {
        return this.api.call("GET", `${path(room)}/members`, { query: { cursor, limit, search } });
    }

    /**
     * How far people have read, in pages of at most `limit` (50; the server takes up to 200) like those of `members`; the event `read`
     * tells of changes in rooms of at most 100 people, in larger ones it is asked for when somebody wants to know it. Nobody but oneself where one has the wish `no-receipts` (`client.privacy`).
     */
    receipts(room: string, cursor?: string, limit?: number): Promise<ListReceiptsAnswer> {
        return this.api.call("GET", `${path(room)}/receipts`, { query: { cursor, limit } });
    }

    /**
     * Lets somebody into a group; takes the permission `invite`. Rejects with `room.already_member`, `room.full`,
     * `room.banned`, `user.unreachable` and `newcomer.limited`.
     */
    async addMember(room: string, userId: string): Promise<void> {
        await this.api.call("POST", `${path(room)}/members`, { body: { user_id: userId, nonce: uuid7() } });
    }

    /**
     * Removes somebody of a lower role, or oneself, which is leaving. The reason is for all to read. Rejects with
     * `user.not_found` where they are not in it.
     */
    async removeMember(room: string, userId: string, reason?: string): Promise<void> {
        await this.api.call("DELETE", member(room, userId), { body: { ...(reason && { reason }), nonce: uuid7() } });
    }

    /**
     * Mutes somebody of a lower role for so many seconds; takes the permission `mute`. Rejects with `user.not_found`
     * where they are not in it.
     */
    mute(room: string, userId: string, seconds: number, reason?: string): Promise<Done> {
        const body = { seconds, ...(reason && { reason }), nonce: uuid7() };
        return this.api.call("PUT", `${member(room, userId)}/mute`, { body });
    }

    /** Ends it before its time. Rejects with `user.not_found`. */
    async unmute(room: string, userId: string): Promise<void> {
        await this.api.call("DELETE", `${member(room, userId)}/mute`, { body: { nonce: uuid7() } });
    }

    /**
     * Makes an invitation link, for so many seconds and people, or for ever and any; takes `invite`. Rejects with
     * `link.too_many`.
     */
    makeLink(room: string, limits: Omit<MakeLinkBody, "nonce"> = {}): Promise<Link> {
        return this.api.call("POST", `${path(room)}/links`, { body: { ...limits, nonce: uuid7() } });
    }

    /** The invitation links of a room that still let people in. */
    async links(room: string): Promise<Link[]> {
        return (await this.api.call<ListLinksAnswer>("GET", `${path(room)}/links`)).links;
    }

    /** From here on it lets nobody in; `seq` is the link's. Rejects with `link.not_found`. */
    async revokeLink(room: string, seq: number): Promise<void> {
        await this.api.call("DELETE", `${path(room)}/links/${seq}`, { body: { nonce: uuid7() } });
    }

    /**
     * Comes into a room by the code of an invitation link. Rejects with `link.not_found`, `room.already_member`,
     * `room.full` and `room.banned`.
     */
    async joinByLink(code: string): Promise<RoomView> {
        return this.load((await this.api.call<Room>("POST", "/links/join", { body: { code, nonce: uuid7() } })).id);
    }

    /** Public groups by name, those whose name or topic has words that begin so; `cursor` is `next` of the page before. */
    directory(search?: string, cursor?: string): Promise<ListDirectoryAnswer> {
        return this.api.call("GET", "/directory", { query: { search: search || undefined, cursor } });
    }

    /**
     * Comes into a public group. Rejects with `room.approval` where one has to ask, `room.already_member`, `room.full`,
     * `room.banned` and `room.archived`.
     */
    async join(room: string): Promise<RoomView> {
        return this.load((await this.api.call<Room>("POST", `${path(room)}/join`, { body: { nonce: uuid7() } })).id);
    }

    /** What was done to keep the peace, newest first; takes the permission `audit`. Of all rooms: `Admin.audit()`. */
    audit(room: string, query: ListAuditQuery = {}): Promise<ListAuditAnswer> {
        return this.api.call("GET", `${path(room)}/audit`, { query: { ...query } });
    }

    /**
     * Asks to be let into a public group that decides of each; what one says is for those who decide. Rejects with
     * `request.not_needed`, `request.open`, `request.refused`, `request.too_many`, `room.already_member`,
     * `room.banned`, `room.archived` and `content.filtered`.
     */
    ask(room: string, text?: string): Promise<Done> {
        return this.api.call("POST", `${path(room)}/requests`, { body: { text, nonce: uuid7() } });
    }

    /** Who asks to be let in, the first first; takes the permission `invite`. */
    requests(room: string, cursor?: string): Promise<ListRequestsAnswer> {
        return this.api.call("GET", `${path(room)}/requests`, { query: { cursor } });
    }

    /** Lets somebody in who has asked. Rejects with `request.not_found`, `room.full` and `room.banned`. */
    acceptRequest(room: string, userId: string): Promise<Done> {
        return this.api.call("PUT", request(room, userId), { body: { nonce: uuid7() } });
    }

    /** Refuses somebody who has asked; of oneself, takes it back. Rejects with `request.not_found`. */
    async closeRequest(room: string, userId: string): Promise<void> {
        await this.api.call("DELETE", request(room, userId), { body: { nonce: uuid7() } });
    }

    /** What one has asked oneself: what is open, and what was refused. */
    ownRequests(cursor?: string): Promise<ListOwnRequestsAnswer> {
        return this.api.call("GET", "/me/requests", { query: { cursor } });
    }

    /**
     * Keeps somebody out, for so many seconds or for good; takes the permission `ban`. Rejects with `user.not_found`.
     */
    ban(room: string, userId: string, seconds?: number, reason?: string): Promise<Done> {
        const body = { ...(seconds && { seconds }), ...(reason && { reason }), nonce: uuid7() };
        return this.api.call("PUT", ban(room, userId), { body });
    }

    /**
     * Deletes for everyone what somebody wrote in a group in the last so many seconds, or all of it; takes the
     * permission `delete`. Resolves to how many messages that were; rejects where not all could be deleted.
     */
    async deleteMessagesOf(room: string, userId: string, seconds?: number): Promise<number> {
        const query = seconds !== undefined ? { seconds } : { all: "true" };
        for (let all = 0, before: number | undefined; ; ) {
            const url = `${path(room)}/members/${encodeURIComponent(userId)}/messages`;
            const { deleted, next }: DeleteMessagesOfAnswer = await this.api.call("DELETE", url, { query: { ...query, before } });
            all += deleted;
            if (next === undefined) return all;
            before = next;
        }
    }

    /** Lifts it before its time. Rejects with `ban.not_found`. */
    async unban(room: string, userId: string): Promise<void> {
        await this.api.call("DELETE", ban(room, userId), { body: { nonce: uuid7() } });
    }

    /** Which words and links are not wanted, for those with the permission `filters`; `update(room, { filters })` sets them. */
    async filters(room: string): Promise<Filters> {
        return (await this.api.call<GetFiltersAnswer>("GET", `${path(room)}/filters`)).filters;
    }

    /** A page of those who are kept out now; `next` of the answer is the `cursor` of the next page. */
    bans(room: string, cursor?: string): Promise<ListBansAnswer> {
        return this.api.call("GET", `${path(room)}/bans`, { query: { cursor } });
    }

    /**
     * Gives somebody of a lower role another one, below one's own; `owner` hands the room over. Rejects with
     * `user.not_found`.
     */
    setRole(room: string, userId: string, role: Role): Promise<Done> {
        return this.api.call("PATCH", member(room, userId), { body: { role, nonce: uuid7() } });
    }

    /** A stretch of a room's log: from the local store where it is held, else from the server. */
    read(room: string, position: Position = {}, limit = 50): Promise<LogPage> {
        return this.log.read(room, position, limit);
    }

    /** A page of messages as they stand now on the server, ascending by seq. */
    history(room: string, position: Position = {}, limit = 50): Promise<MessagePage> {
        return this.api.call("GET", `${path(room)}/messages`, { query: { ...position, limit } });
    }

    /** The log itself: at most `limit` (up to 200) events after a seq, ascending. The client reads it by itself, and tells each as `event`. */
    events(room: string, after = 0, limit = 200): Promise<EventPage> {
        return this.api.call("GET", `${path(room)}/events`, { query: { after, limit } });
    }

    /**
     * Sends without the outbox and without waiting for its turn: for programs without a socket. `about`: the seq of what
     * it answers (`reply_to`) or of the message whose thread it is for. Rejects with `room.archived`, `room.locked`,
     * `room.muted`, `room.slow_mode`, `mention.forbidden`, `content.filtered`, `content.unknown_type`,
     * `newcomer.limited`, and of what it is about with `message.not_found` and `message.deleted`.
     */
    post(room: string, content: Content, nonce = uuid7(), about: Pick<SendMessageBody, "reply_to" | "thread"> = {}): Promise<Message> {
        return this.api.call("POST", `${path(room)}/messages`, { body: { nonce, content, ...about } });
    }
}

function path(room: string): string {
    return `/rooms/${encodeURIComponent(room)}`;
}

function member(room: string, userId: string): string {
    return `${path(room)}/members/${encodeURIComponent(userId)}`;
}

function request(room: string, userId: string): string {
    return `${path(room)}/requests/${encodeURIComponent(userId)}`;
}

function ban(room: string, userId: string): string {
    return `${path(room)}/bans/${encodeURIComponent(userId)}`;
}
