import { CloseCode, NOBODY, type Message, type MessagePage, type FeedEntry, type StoredEvent, type User } from "../../src/mod.js";
import type { SocketConstructor } from "../../src/socket.js";
import { FakeRoom, fakeUser } from "./fake_world.js";

interface Command {
    id: number;
    type: string;
    room?: string;
    nonce?: string;
    content?: { type: "text"; text: string };
    token?: string;
    seq?: number;
    rooms?: Record<string, number>;
    limit?: number;
    newest?: number;
    after?: string;
    through?: string;
    rev?: number;
    key?: string;
    value?: unknown;
    thread?: number;
    reply_to?: number;
    emoji?: string;
    choices?: number[];
    base?: number[];
}

/** The other end of one fake socket. */
export interface FakeSocket {
    user: User | null;
    say(frame: object): void;
    hangUp(code: number): void;
}

/** Just enough of a server, in this process, with faults on demand. */
export class FakeServer {
    readonly rooms = new Map<string, FakeRoom>();
    readonly sockets = new Set<FakeSocket>();
    readonly users = new Map<string, User>();
    /** Every command that came, for tests to look at. */
    readonly commands: Command[] = [];
    /** Every REST request that came: `GET /me`. */
    readonly requests: string[] = [];
    /** Takes no new connection while true. */
    down = false;
    /** Stores what is sent and says nothing: neither replies nor events. */
    mute = false;
    /** The person's own feed, by key. */
    readonly feed = new Map<string, FeedEntry>();
    /** Runs between the reading of a sync and its reply. */
    whileSyncing: () => void = () => {};
    /** Errors for the next `message.send`, `message.react` and `feed.put` commands, in turn. */
    refusals: { code: string; detail: string; retry_after?: number }[] = [];
    /** The one refresh token that is good. */
    refreshToken = "refresh-1";
    accessToken = "access-1";
    signedIn = true;
    /** Why the person may not come in, if they may not. */
    suspended: { reason: string; until?: string } | null = null;
    /** What a client is told at connecting. */
    limits: Record<string, number> = {};
    /** What time it is here, where that is told: as an older server does not. */
    time: (() => number) | null = null;
    /** What the person has chosen in polls, by the seq of their message, on this device or another. */
    readonly votes = new Map<number, number[]>();
    private generation = 1;
    private readonly byNonce = new Map<string, StoredEvent>();

    constructor(readonly me = fakeUser("me", "Mia Me")) {
        this.users.set(me.id, me);
    }

    room(id: string, ...others: string[]): FakeRoom {
        const room = new FakeRoom(id, "group", `Room ${id}`);
        room.append({ type: "room.created", sender: this.me.id, kind: "group", name: room.name ?? "" });
        for (const userId of [this.me.id, ...others]) {
            const user = this.users.get(userId) ?? fakeUser(userId);
            this.users.set(userId, user);
            room.members.push({ user, role: "member", joined_at: user.created_at });
            room.append({ type: "room.user.joined", sender: this.me.id, user_id: userId, by: this.me.id });
        }
        this.rooms.set(id, room);
        return room;
    }

    /** Somebody writes, and it is told to every socket unless `quietly`. */
    write(room: string, sender: string, text: string, quietly = false): StoredEvent {
        const { event } = this.rooms.get(room)!.message(sender, `${sender}-${text}`, { type: "text", text });
        if (!quietly) this.tell(event);
        return event;
    }

    /** Another device puts something into the feed; null takes it away. */
    putFeed(key: string, value: unknown): number {
        const rev = this.feed.size === 0 ? 2 : Math.max(...[...this.feed.values()].map((entry) => entry.rev)) + 1;
        this.feed.set(key, { key, value, rev });
        this.tell({ type: "feed.changed", key, value, rev });
        return rev;
    }

    private revOf(key: string): number {
        const entry = this.feed.get(key);
        return entry && entry.value !== null ? entry.rev : 0;
    }

    tell(event: object): void {
        if (this.mute) return;
        for (const socket of this.sockets) if (socket.user) socket.say(event);
    }

    hangUp(code: number): void {
        for (const socket of [...this.sockets]) socket.hangUp(code);
    }

    grant(): object {
        this.generation += 1;
        this.accessToken = `access-${this.generation}`;
        this.refreshToken = `refresh-${this.generation}`;
        return { user: this.me, access_token: this.accessToken, refresh_token: this.refreshToken, expires_in: 600 };
    }

    readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
        const { pathname, searchParams } = new URL(url);
        const path = pathname.replace("/api/v1", "");
        this.requests.push(`${init.method} ${path}`);
        if (this.down) throw new TypeError("fetch failed");
        const body = JSON.parse(String(init.body ?? "{}")) as Record<string, string>;
        if (path === "/auth/signin") return Response.json(this.grant());
        if (path === "/auth/refresh") {
            if (this.suspended) return problem(403, "auth.suspended", this.suspended);
            if (!this.signedIn || body["refresh_token"] !== this.refreshToken) return problem(401, "auth.session_ended");
            return Response.json(this.grant());
        }
        const bearer = new Headers(init.headers).get("authorization");
        if (bearer !== `Bearer ${this.accessToken}`) return problem(401, "auth.invalid_token");
        if (path === "/auth/signout") return new Response(null, { status: 204 });
        return this.rest(path, searchParams);
    };

    private rest(path: string, query: URLSearchParams): Response {
        const [, kind, id, part, seq] = path.split("/");
        if (path === "/me/presence") return Response.json({ user_id: this.me.id, presence: "busy", choice: "busy" });
        if (kind === "me" && id === "feed") {
            const key = decodeURIComponent(part ?? "");
            return this.revOf(key) ? Response.json(this.feed.get(key)) : problem(404, "feed.not_found");
        }
        if (kind === "me") return Response.json(this.me);
        if (kind === "users") {
            const ids = query.get("ids")?.split(",") ?? [];
            return Response.json({ users: ids.flatMap((user) => this.users.get(user) ?? []), next: null });
        }
        const room = kind === "rooms" ? this.rooms.get(id ?? "") : undefined;
        if (!room || !room.has(this.me.id)) return problem(404, "room.not_found");
        if (part === undefined) return Response.json(room.view(this.me.id));
        if (part === "messages" && seq !== undefined) {
            const message = room.messages().find((one) => one.seq === Number(seq));
            if (!message) return problem(404, "message.not_found");
            const poll = { counts: [0, 0], voters: 0, seq: room.lastSeq, mine: this.votes.get(message.seq) ?? [] };
            return Response.json({ ...message, ...(message.content.type === "poll" && { poll }) });
        }
        if (part === "messages") return Response.json(page(query.has("thread") ? room.thread(Number(query.get("thread"))) : room.messages(), query));
        if (part !== "events") return problem(404, "route.not_found");
        const after = Number(query.get("after"));
        const events = room.log.slice(after, after + Number(query.get("limit")));
        return Response.json({ events, has_more: after + events.length < room.lastSeq });
    }

    private told(): { time?: string } {
        return this.time ? { time: new Date(this.time()).toISOString() } : {};
    }

    private answer(socket: FakeSocket, command: Command): object | null {
        const room = this.rooms.get(command.room ?? "");
        switch (command.type) {
            case "auth":
                if (command.token !== this.accessToken || !this.signedIn) return null;
                socket.user = this.me;
                return {};
            case "ping":
                return this.told();
            case "sync":
                return this.sync(command);
            case "message.send": {
                const { event, duplicate } = room!.message(this.me.id, command.nonce!, command.content!);
                if (!duplicate) this.tell(event);
                return { seq: event.seq, message_id: `${room!.id}.${event.seq}`, created_at: event.created_at, duplicate };
            }
            case "message.react":
            case "message.unreact": {
                const added = command.type === "message.react";
                const event = this.once(command, () => room!.append({ type: added ? "reaction.added" : "reaction.removed", sender: this.me.id, target: command.seq!, emoji: command.emoji!, people: added ? 1 : 0 }));
                return { seq: event.seq, created_at: event.created_at, duplicate: false };
            }
            case "poll.vote": {
                const { message } = room!.log[command.seq! - 1] as Extract<StoredEvent, { type: "message.created" }>;
                const secret = message.content.type === "poll" && message.content.anonymous;
                this.votes.set(command.seq!, command.choices!);
                const told = secret ? { sender: NOBODY } : { sender: this.me.id, choices: command.choices! };
                const event = this.once(command, () => room!.append({ type: "poll.voted", target: command.seq!, counts: [0, 1], voters: 1, ...told }));
                return { seq: event.seq, created_at: event.created_at, duplicate: false };
            }
            case "message.edit":
            case "message.delete": {
                const { message } = room!.log[command.seq! - 1] as Extract<StoredEvent, { type: "message.created" }>;
                const edited = command.type === "message.edit";
                const event = this.once(command, () => room!.append({ type: edited ? "message.updated" : "message.deleted", sender: this.me.id, message: { ...message, ...(edited ? { content: command.content! } : { deleted_at: "now" }) } } as never));
                return { seq: event.seq, created_at: event.created_at, duplicate: false };
            }
            case "room.read":
                room!.readSeq.set(this.me.id, command.seq!);
                return { read_seq: command.seq, unread: 0 };
            case "feed.put":
                return { rev: this.putFeed(command.key!, command.value) };
            case "feed.delete":
                return { rev: this.putFeed(command.key!, null) };
            default:
                return {};
        }
    }

    /** An act of a nonce happens once, and is told of. */
    private once({ nonce }: Command, act: () => StoredEvent): StoredEvent {
        const known = this.byNonce.get(nonce!);
        if (known) return known;
        const event = act();
        this.byNonce.set(nonce!, event);
        this.tell(event);
        return event;
    }

    private sync(command: Command): object {
        const named = command.rooms ?? {};
        const { after = "", through = "~" } = command;
        const mine = [...this.rooms.values()].filter((room) => room.has(this.me.id) && room.id > after && room.id <= through);
        const rooms = mine.flatMap((room) => room.missing(this.me.id, named[room.id], command.limit ?? 50, command.newest) ?? []);
        const left = Object.keys(named).filter((id) => !mine.some((room) => room.id === id));
        this.whileSyncing();
        const me = [...this.feed.values()].filter(({ rev }) => rev > (command.rev ?? 0));
        return { rooms, left, me, rev: Math.max(1, ...[...this.feed.values()].map(({ rev }) => rev)), next: null };
    }

    /** A frame from a client came. */
    hear(socket: FakeSocket, text: string): void {
        const command = JSON.parse(text) as Command;
        this.commands.push(command);
        const refusal = ["message.send", "message.react", "feed.put", "feed.delete"].includes(command.type) ? this.refusals.shift() : undefined;
        if (refusal) return socket.say({ reply_to: command.id, ok: false, error: refusal });
        if (command.rev !== undefined && command.key !== undefined && this.revOf(command.key) !== command.rev)
            return socket.say({ reply_to: command.id, ok: false, error: { code: "feed.changed", detail: "changed" } });
        if (command.type === "feed.delete" && !this.revOf(command.key!))
            return socket.say({ reply_to: command.id, ok: false, error: { code: "feed.not_found", detail: "gone" } });
        const reply = this.answer(socket, command);
        if (this.mute) return;
        if (reply === null) return socket.hangUp(CloseCode.NOT_SIGNED_IN);
        socket.say({ reply_to: command.id, ok: true, ...reply });
        if (command.type === "auth") socket.say({ type: "connection.connected", user: this.me, session: "s", limits: this.limits, ...this.told() });
    }

    /** The WebSocket class to hand to a client. */
    get webSocket(): SocketConstructor {
        const server = this;
        return class implements FakeSocket {
            user: User | null = null;
            readyState = 1;
            onopen: unknown;
            onmessage: unknown;
            onclose: unknown;
            onerror: unknown;

            constructor() {
                queueMicrotask(() => {
                    if (server.down) return this.hangUp(1006);
                    server.sockets.add(this);
                    (this.onopen as () => void)();
                });
            }
            send(text: string): void {
                queueMicrotask(() => server.sockets.has(this) && server.hear(this, text));
            }
            close(): void {
                server.sockets.delete(this);
            }
            say(frame: object): void {
                (this.onmessage as (event: { data: string }) => void)({ data: JSON.stringify(frame) });
            }
            hangUp(code: number): void {
                server.sockets.delete(this);
                (this.onclose as (event: { code: number }) => void)({ code });
            }
        };
    }
}

function page(all: Message[], query: URLSearchParams): MessagePage {
    const [before, after, around, limit] = ["before", "after", "around", "limit"].map((name) => Number(query.get(name) ?? NaN)) as [number, number, number, number];
    const end = after >= 0 ? all.filter(({ seq }) => seq <= after).length + limit : all.filter(({ seq }) => !(seq >= (before || around))).length + (around ? limit / 2 : 0);
    const [from, to] = [Math.max(0, end - limit), Math.min(all.length, end)];
    return { messages: all.slice(from, to), has_older: from > 0, has_newer: to < all.length };
}

function problem(status: number, code: string, more: object = {}): Response {
    return Response.json({ type: "about:blank", title: code, status, detail: code, code, ...more }, { status });
}
