import { Account } from "./account.js";
import { Acts, type PendingAct } from "./acts.js";
import { Api } from "./api.js";
import type { Clock } from "./clock.js";
import { DeliveredMarks } from "./delivered_marks.js";
import { Emitter } from "./emitter.js";
import { Contacts } from "./contacts.js";
import { NatterError, isTransient } from "./errors.js";
import { Http } from "./http.js";
import { History, createdFrom } from "./history.js";
import type { Line, TabNews } from "./line.js";
import { Link, type ConnectionState, type LinkListener } from "./link.js";
import { LocalValues } from "./local_values.js";
import { resolveOptions, socketUrl, type ClientOptions } from "./options.js";
import { Outbox, type OutboxEntry, type Sent } from "./outbox.js";
import { People } from "./people.js";
import { isAnswer } from "./answers.js";
import { isMark, type MarkEvent } from "./marks.js";
import { ownVote } from "./polls.js";
import { Presences } from "./presence.js";
import { ReadMarkers } from "./read_markers.js";
import { RoomList, readMarkerOf, type RoomEntry } from "./room_list.js";
import { Reports } from "./reports.js";
import { RoomWishes } from "./room_wishes.js";
import { Rooms } from "./rooms.js";
import { SharedLink } from "./shared_link.js";
import { Feed } from "./feed.js";
import { Scheduled } from "./scheduled.js";
import { Messages } from "./messages.js";
import type { Frame } from "./socket.js";
import { Keeper } from "./store/keeper.js";
import type { KeptRoom } from "./store/local_store.js";
import { Sync } from "./sync.js";
import { ThreadHistory } from "./thread_history.js";
import { Threads } from "./threads.js";
import { Tokens, type SignedOutReason } from "./tokens.js";
import { Typing } from "./typing.js";
import type * as t from "./schema.gen.js";

export interface ClientEvents {
    /** The connection's state changed. */
    connection: ConnectionState;
    /** Somebody is signed in here, or was and goes on. */
    /** Which program answers; told at each connect. */
    server: t.ServerInfo;
    signed_in: t.User;
    /** Nobody is any more; the client has stopped. */
    signed_out: SignedOutReason;
    /** What an earlier run kept is there: rooms, unsent messages, values. The network comes after. */
    opened: void;
    /** Everything missed has been asked for; the room list is complete. */
    synced: void;
    /** A stored event: each once, and in its room's order. */
    event: { event: t.StoredEvent; backlog: boolean };
    /** The same for messages alone. `backlog`: written before this client first connected. */
    message: { message: t.Message; backlog: boolean };
    /** A room's entry changed, came or went (its id). */
    rooms: string;
    /** Events of a room up to `seq` were too many to hand out (`catchUp`); history has them. */
    skipped: { room: string; seq: number };
    /** A message on its way changed its state, in this room. */
    outbox: string;
    /** What is done to messages of this room, and is on its way, is something else now. */
    acts: string;
    /** What one has voted oneself in an anonymous poll: no event of the log, for one's own copy of the message alone. */
    mark: MarkEvent;
    /** An act that had waited for the connection was refused for good; told in all tabs. */
    act_refused: { act: PendingAct; error: NatterError };
    /** Somebody began or stopped typing in this room, or in a thread of it. */
    typing: string;
    /** More is known about people (their ids). */
    people: string[];
    /** Somebody came, went or says something else of it (their id). */
    presence: string;
    /** A value of the person's own changed (its key). */
    value: string;
    /** An entry of the person's own feed as the server tells it, live or by sync; of two for one key the larger rev stands. */
    feed: t.FeedEntry;
    /** Something else stands in the person's own feed under this key, by this device or another. */
    own: string;
    /** Somebody's read marker moved. */
    read: t.RoomRead;
    /** A device of somebody else has a room up to there; told in rooms of a few people. */
    delivered: t.RoomDelivered;
}

/** `login` is the username, or a verified e-mail address. */
export type Credentials = Omit<t.SigninBody, "cookie">;
export type NewAccount = Omit<t.SignupBody, "cookie">;

/** A tab that said it was leaving and then fell silent is not waited for longer than this. */
const LEAVING_MS = 10_000;
/** An entry of the feed: nobody is told how far one has read, or what has arrived. */
const NO_RECEIPTS = "settings:no-receipts";
const FRAME_BYTES = 65_536;
/** Room for the command around the content. */
const FRAME_MARGIN = 512;

/**
 * A signed-in person's end of NatterNet. It connects, stays connected, keeps the room list true,
 * hands out every event once and in order, and gets every message sent through in the end.
 */
export class NatterClient extends Emitter<ClientEvents> {
    /** One's own name, password, sessions. */
    readonly account: Account;
    /** The rooms one is in, their history and members. */
    readonly rooms: Rooms;
    readonly messages: Messages;
    /** Edits, deletions, reactions and pins, made without a connection too. */
    readonly acts: Acts;
    /** What is one's own on all devices: settings, drafts, saved messages. */
    readonly feed: Feed;
    /** How one wants each room: how loud, and in which folder. */
    readonly roomWishes: RoomWishes;
    /** Messages that the server sends later. */
    readonly scheduled: Scheduled;
    /** What is wrong, told to those who can do something about it. */
    readonly reports: Reports;
    /** Threads, and which of them one follows. */
    readonly threads: Threads;
    /** The people one knows and what one calls them, and those one has blocked. */
    readonly contacts: Contacts;
    /** Who is who. */
    readonly people: People;
    /** Who is there, and saying that one is. */
    readonly presence: Presences;
    /** Messages on their way. */
    readonly outbox: Outbox;
    /** Who is typing, and saying that one is. */
    readonly typing: Typing;
    /** One's own values on this device. */
    readonly values: LocalValues;

    /** One call over REST as who is signed in, for what this client has no word for. */
    readonly api: Api;

    private readonly http: Http;
    private readonly tokens: Tokens;
    private readonly link: Line;
    private readonly sync: Sync;
    private readonly list = new RoomList();
    private readonly markers: ReadMarkers;
    private readonly delivered: DeliveredMarks;
    /** Rooms of more people keep no marks of what has arrived. */
    private deliveredMembers = 0;
    private readonly keeper: Keeper;
    /** Counts sign-ins: work begun for an earlier one finds another number here, and leaves. */
    private run = 0;
    private frameBytes = FRAME_BYTES;
    private readonly clock: Clock;

    constructor(options: ClientOptions) {
        super();
        const { url, cookie, webSocket, fetch, storage, store, lock, tabs, clock, catchUp } = resolveOptions(options);
        this.clock = clock;
        this.http = new Http(url, fetch);
        this.tokens = new Tokens(this.http, storage, clock, cookie, lock);
        this.tokens.onEnd = (reason) => this.ended(reason);
        const api = (this.api = new Api(this.http, this.tokens));
        this.keeper = new Keeper(store, clock, (room) => this.keptRoom(room));
        const listener = {
            onState: (state: ConnectionState) => this.connectionIs(state),
            onConnected: (hello: t.Connected) => this.connected(hello),
            onEvent: (event: Frame) => this.heard(event),
            onLead: () => this.leadsNow(),
            onNews: (news: TabNews) => this.told(news),
            lend: (refused: string) => this.tokens.lend(refused),
        };
        const link = (to: LinkListener) => new Link(webSocket, socketUrl(url), this.tokens, clock, to);
        this.link = tabs ? new SharedLink(tabs, clock, link, listener) : link(listener);
        this.tokens.borrow = (refused) => this.link.borrow(refused);
        this.sync = new Sync(
            {
                sync: (fields) => this.link.call("sync", fields),
                eventsAfter: (room, after) =>
                    api.call("GET", `/rooms/${encodeURIComponent(room)}/events`, { query: { after, limit: 200 } }),
                newestSeq: (room) => this.list.get(room)?.last_seq ?? 0,
                onRoom: ({ room, events: _, has_more: __, ...view }) => this.roomSeen({ ...view, id: room }),
                onRoomGone: (room) => this.roomGone(room),
                onFeed: (entry) => this.feedChanged(entry),
                onEvent: (event, backlog) => this.deliver(event, backlog),
                onSynced: (rev) => this.synced(rev),
                onSkipped: (room, seq) => this.skipped(room, seq),
            },
            clock,
            catchUp,
        );
        this.account = new Account(api);
        const history = new History(store, {
            flush: () => this.keeper.flush(),
            keep: (room, events, from, to) => this.keepPage(room, events, from, to),
            fetch: (room, position, limit) => this.rooms.history(room, position, limit),
            ends: (room) => this.endsOf(room),
        });
        this.rooms = new Rooms(api, this.list, history, (view) => this.roomSeen(view));
        this.messages = new Messages(api);
        this.people = new People(api, clock, (ids) => store.users(ids), (users) => this.met(users));
        const keep = (nonce: string, entry: OutboxEntry | null) => {
            this.keeper.outbox(nonce, entry);
            this.link.tell({ is: "outbox", nonce, entry });
        };
        this.outbox = new Outbox(clock, keep, (entry) => this.transmit(entry), (room) => this.emit("outbox", room));
        this.values = new LocalValues((key, value) => this.keepValue(key, value), (key) => this.valueChanged(key));
        this.feed = new Feed(this.values, clock, {
            send: (key, value, rev) => this.tellFeed(key, value, rev),
            read: (key) => api.call<t.FeedEntry>("GET", `/me/feed/${encodeURIComponent(key)}`).catch((error) => ifGone(error, "feed.not_found")),
            keep: (entry) => this.keeper.feed([entry]),
            isOnline: () => this.connection === "online",
            onChange: (key) => this.emit("own", key),
        });
        this.acts = new Acts(this.values, clock, {
            send: (act) => this.perform(act),
            isOnline: () => this.connection === "online",
            newest: (room) => this.list.get(room)?.last_seq ?? Infinity,
            onSecretVote: (act, event) => this.voted(act, event),
            onChange: (room) => this.emit("acts", room),
            onRefused: (act, error) => this.refused(act, error),
        });
        this.roomWishes = new RoomWishes(this.feed);
        this.scheduled = new Scheduled(this.feed);
        this.reports = new Reports(api, this.feed);
        const threads = new ThreadHistory(store, {
            flush: () => this.keeper.flush(),
            keep: (root, answers) => this.keepThread(root, answers),
            last: (room) => this.list.get(room)?.last_seq ?? 0,
            root: (room, seq) => this.messages.get(room, seq),
            page: (room, root, position, limit) => this.threads.page(room, root, position, limit),
        });
        this.threads = new Threads(api, this.feed, threads);
        this.contacts = new Contacts(this.feed);
        const tellTyping = (room: string, thread: number | null) => this.link.call("room.typing", { room, ...(thread !== null && { thread }) });
        this.typing = new Typing(clock, tellTyping, (room) => this.emit("typing", room));
        this.presence = new Presences(
            {
                watch: (users) => this.link.call("presence.watch", { users }),
                away: (away) => this.link.call("presence.away", { away }),
                set: (wish) => api.call("PUT", "/me/presence", { body: wish }),
                own: () => api.call("GET", "/me/presence"),
                onChange: (user) => this.emit("presence", user),
            },
            clock,
        );
        this.markers = new ReadMarkers((room, seq) => this.tellRead(room, seq));
        this.delivered = new DeliveredMarks(clock, {
            tell: (room, seq) => this.link.call("room.delivered", { room, seq }),
            isNews: (room, seq) => this.tellsDelivered(room, seq),
            isOnline: () => this.connection === "online",
        });
    }

    /** Who is signed in. After `resume()` it is who was, until the server says otherwise. */
    get user(): t.User | null {
        return this.tokens.user;
    }

    /** Whether events come in just now. Nothing need wait for it: the outbox does that. */
    get connection(): ConnectionState {
        return this.link.state;
    }

    /** What the server is like, for who is not signed in: who may sign up, and its version. */
    service(): Promise<t.GetServiceAnswer> {
        return this.http.call("GET", "/service");
    }

    /** Makes an account and signs in. Rejects with a NatterError whose `code` says what is wrong. */
    async signUp(account: NewAccount): Promise<t.User> {
        return this.begin(await this.http.call("POST", "/auth/signup", { body: this.withCookie(account) }));
    }

    /** Signs in; whoever was signed in before is signed out here, and their copy is removed. */
    async signIn(credentials: Credentials): Promise<t.User> {
        return this.begin(await this.http.call("POST", "/auth/signin", { body: this.withCookie(credentials) }));
    }

    /** Goes on with the session of an earlier run. False: there is none, somebody must sign in. */
    resume(): boolean {
        if (!this.tokens.restore()) return false;
        this.start();
        return true;
    }

    /** Ends the session here and on the server. Throws, still signed in, where it cannot be told. */
    signOut(): Promise<void> {
        return this.leave(() =>
            this.account.signOut().catch((error) => {
                if (isTransient(error)) throw error; // anything else: the session is over already
            }),
        );
    }

    /** Deletes the account, and with it the session. */
    deleteAccount(password: string): Promise<void> {
        return this.leave(() => this.account.deleteAccount(password));
    }

    /** Disconnects without signing out: for programs that end. */
    close(): void {
        this.run += 1;
        this.link.close();
        this.keeper.close();
    }

    /** What was gathered for the local store is written when this resolves. */
    flush(): Promise<void> {
        return this.keeper.flush();
    }

    /** The network is back, or a lid was opened: looks at once whether the connection still lives. */
    wake(): void {
        this.link.wake();
    }

    /** The system says that the network is gone; the client goes on trying, now and then. */
    networkLost(): void {
        this.link.networkLost();
    }

    /**
     * Sends a text, as an answer to the message with the seq `reply_to` where one is given, speaking to
     * `mentions`: ids of members, `everyone` or `here`; to the thread under the message with the seq `thread`
     * where one is given. Resolves when it is durable on the server. The outbox does the rest.
     */
    sendText(room: string, text: string, reply_to?: number, mentions: string[] = [], thread?: number): Promise<Sent> {
        this.typing.sent(room, thread ?? null);
        return this.outbox.send(room, { type: "text", text, ...(mentions.length > 0 && { mentions }) }, reply_to, thread);
    }

    /** Sends a message that asks, as `sendText()` sends words. */
    sendPoll(room: string, poll: Omit<t.PollContent, "type">, thread?: number): Promise<Sent> {
        return this.outbox.send(room, { type: "poll", ...poll }, undefined, thread);
    }

    /** Asks what one has voted in an anonymous poll, which nobody else tells; whoever shows it hears of it as an event. */
    async lookAtVote(room: string, seq: number): Promise<void> {
        const { poll } = await this.messages.get(room, seq);
        if (poll) this.tellOwnVote(room, seq, poll.mine_seq ?? 0, poll.mine);
    }

    /** Marks everything up to `seq` as read, on all of the person's devices. */
    markRead(room: string, seq: number): void {
        const view = this.list.get(room);
        if (!view || seq <= view.read_seq) return;
        if (seq >= view.last_seq) this.readUpTo({ room, read_seq: view.last_seq, read_count: view.last_count });
        this.markers.want(room, seq);
    }

    private withCookie<Body extends object>(body: Body): Body & { cookie?: true } {
        return this.tokens.cookie ? { ...body, cookie: true } : body;
    }

    private begin(grant: t.Grant): t.User {
        this.tokens.end("signed_out");
        this.tokens.accept(grant);
        this.start();
        return grant.user;
    }

    private async leave(tell: () => Promise<void>): Promise<void> {
        // The server closes the socket too; that must not look as if somebody else had ended it.
        this.link.tell({ is: "leaving" });
        this.link.stop();
        await tell().catch((error) => {
            this.link.tell({ is: "staying" });
            void this.reconnect();
            throw error;
        });
        this.tokens.end("signed_out");
    }

    private start(): void {
        const user = this.tokens.user!;
        this.people.learn([user]);
        this.emit("signed_in", user);
        void this.open(user.id, ++this.run);
    }

    /** Takes up what the local store has, then connects: the server is asked for the difference. */
    private async open(owner: string, run: number): Promise<void> {
        await this.link.join(owner);
        if (run !== this.run) return;
        void this.tokens.access().catch(() => {}); // meanwhile; the link asks again
        const kept = await this.keeper.open(owner);
        if (run !== this.run) return;
        this.list.restore(kept.rooms);
        this.sync.restore(kept.rooms, kept.rev);
        this.values.open(kept.values);
        this.feed.restore(kept.feed);
        this.acts.opened();
        this.outbox.open(owner, kept.outbox);
        this.people.meet(kept.rooms.flatMap(({ entry }) => entry.peer ?? []));
        if (this.link.leads) await this.keeper.lead(owner, false);
        this.emit("opened", undefined);
        this.link.start();
    }

    /** Takes the connection up again where it was given up in vain. */
    private async reconnect(): Promise<void> {
        const run = this.run;
        if (!this.user || this.connection !== "stopped") return;
        await this.link.join(this.user.id);
        if (this.link.leads) await this.leadsNow();
        else this.keeper.follow();
        if (run === this.run && this.user) this.link.start();
    }

    /** The tab that led is gone: this one writes now, and sends what was left. */
    private async leadsNow(): Promise<void> {
        const { user, run } = this;
        if (!user) return;
        const kept = await this.keeper.lead(user.id, true);
        if (run === this.run) this.outbox.merge(kept.outbox);
    }

    /** Another tab has news. */
    private told(news: TabNews): void {
        switch (news.is) {
            case "outbox":
                return this.outbox.heard(news.nonce, news.entry);
            case "value":
                return this.values.take(news.key, news.value);
            case "refused":
                return this.emit("act_refused", { act: news.act, error: new NatterError(news.code, news.detail) });
            case "page":
                return this.keeper.page(news.room, news.events, news.from, news.to);
            case "thread":
                return this.keeper.thread(news.root, news.answers);
            case "leaving":
                this.link.stop();
                return void this.clock.after(LEAVING_MS, () => void this.reconnect());
            case "staying":
                return void this.reconnect();
            case "left":
                return this.tokens.end(news.reason);
        }
    }

    /** One tab sends for all; the person may be looking at another. */
    private refused(act: PendingAct, error: NatterError): void {
        this.link.tell({ is: "refused", act, code: error.code, detail: error.message });
        this.emit("act_refused", { act, error });
    }

    private keepPage(room: string, events: readonly t.StoredEvent[], from: number, to: number): void {
        if (this.link.leads) this.keeper.page(room, events, from, to);
        else this.link.tell({ is: "page", room, events, from, to });
    }

    private keepThread(root: t.Message, answers: readonly t.Message[]): void {
        if (this.link.leads) this.keeper.thread(root, answers);
        else this.link.tell({ is: "thread", root, answers });
    }

    private keepValue(key: string, value: unknown): void {
        this.keeper.value(key, value);
        this.link.tell({ is: "value", key, value });
    }

    private valueChanged(key: string): void {
        this.feed.valueChanged(key);
        this.acts.valueChanged(key);
        this.emit("value", key);
    }

    private keptRoom(id: string): Omit<KeptRoom, "spans"> | undefined {
        const entry = this.list.get(id);
        const lastMessage = this.list.lastMessage(id);
        return entry && { id, entry, seq: this.sync.position(id), ...(lastMessage && { lastMessage }) };
    }

    private endsOf(room: string): { first: number; last: number } | undefined {
        const entry = this.list.get(room);
        return entry && { first: entry.first_seq, last: entry.last_seq };
    }

    private met(users: t.User[]): void {
        this.keeper.users(users);
        this.emit("people", users.map((user) => user.id));
    }

    private synced(rev: number): void {
        this.keeper.feed([], rev);
        this.emit("synced", undefined);
    }

    private ended(reason: SignedOutReason): void {
        this.run += 1;
        this.link.stop();
        this.link.tell({ is: "left", reason });
        // Who was signed out from elsewhere may come back, and finds what was not sent yet.
        void this.keeper.wipe(reason !== "signed_out");
        this.values.clear();
        this.feed.clear();
        this.acts.clear();
        this.sync.reset();
        this.outbox.close();
        this.typing.clear();
        this.presence.clear();
        this.markers.clear();
        this.delivered.clear();
        this.list.clear();
        this.people.clear();
        this.emit("signed_out", reason);
    }

    private connectionIs(state: ConnectionState): void {
        if (state !== "online") {
            this.sync.disconnected();
            this.outbox.disconnected();
            this.presence.disconnected();
        }
        this.emit("connection", state);
    }

    private connected(hello: t.Connected): void {
        this.frameBytes = hello.limits?.["frame_bytes"] ?? FRAME_BYTES;
        this.deliveredMembers = hello.limits?.["delivered_members"] ?? 0;
        this.people.learn([hello.user]);
        this.emit("server", hello.server);
        void this.sync.run();
        this.outbox.connected(!this.link.leads);
        this.markers.flushAll();
        this.delivered.connected();
        this.presence.connected();
        // The tab that leads may not have heard of what another one put before that one heard of the connection.
        for (const unsent of [this.feed, this.acts]) {
            if (this.link.leads) unsent.flush();
            else unsent.flushKept();
        }
    }

    private heard(frame: Frame): void {
        if (typeof frame["seq"] === "number") return this.sync.live(frame as unknown as t.StoredEvent);
        const event = frame as unknown as t.LiveEvent;
        if (event.type === "room.typing" && event.user_id !== this.user?.id) this.typing.heard(event.room, event.user_id, event.thread ?? null);
        if (event.type === "room.delivered") this.emit("delivered", event);
        if (event.type === "feed.changed") this.feedChanged(event);
        if (event.type === "user.updated") this.personChanged(event.user);
        if (event.type === "presence.changed") this.presence.heard(event);
        if (event.type === "room.read") {
            if (event.user_id === this.user?.id) this.readUpTo(event);
            this.emit("read", event);
        }
    }

    /** Somebody, maybe oneself on another device, tells something else of themselves. */
    private personChanged(user: t.User): void {
        if (user.id === this.user?.id) this.tokens.know(user);
        this.people.learn([user]);
    }

    private deliver(event: t.StoredEvent, backlog: boolean): void {
        const me = this.user?.id;
        if (me === undefined) return;
        if (event.type === "room.user.left" && event.user_id === me) {
            this.sync.forget(event.room);
            this.roomGone(event.room);
        } else {
            this.keep(event);
            this.list.apply(event, me);
            if (event.type === "message.deleted") this.recountMentions(event.room);
            if (!this.list.get(event.room)) this.rooms.load(event.room).catch(() => {}); // gone again: no matter
        }
        if (event.type === "message.created") {
            this.typing.stopped(event.room, event.sender, event.message.thread ?? null);
            if (event.sender !== me) this.delivered.arrived(event.room, event.seq);
            this.outbox.arrived(event);
            this.emit("message", { message: event.message, backlog });
        }
        this.emit("event", { event, backlog });
        this.acts.reached(event.room, event.seq);
        this.emit("rooms", event.room);
    }

    private skipped(room: string, seq: number): void {
        this.keeper.skipped(room, seq);
        this.acts.reached(room, seq);
        this.emit("skipped", { room, seq });
    }

    private voted(act: PendingAct, event: number): void {
        if (act.do !== "vote") return;
        if (event > 0) this.tellOwnVote(act.room, act.seq, event, [...act.choices]);
        else this.lookAtVote(act.room, act.seq).catch(() => {}); // asked for when it is shown anew
    }

    private tellOwnVote(room: string, target: number, seq: number, choices: number[]): void {
        const me = this.user?.id;
        if (me === undefined) return;
        const event = ownVote(room, target, seq, choices, me);
        this.keeper.ownMark(event, me);
        this.emit("mark", event);
    }

    private keep(event: t.StoredEvent): void {
        const changes = event.type === "message.updated" || event.type === "message.deleted";
        if (changes) this.keeper.change(event, createdFrom(event.message));
        else if (isMark(event)) this.keeper.mark(event, this.user?.id ?? "");
        else if (isAnswer(event)) this.keeper.answer(event);
        else this.keeper.event(event);
    }

    private roomSeen(view: RoomEntry): void {
        this.list.tell(view);
        this.keeper.room(view.id);
        if (view.peer) this.people.meet([view.peer]);
        if (view.members) this.people.meet(view.members.map((member) => member.user));
        this.emit("rooms", view.id);
    }

    private roomGone(room: string): void {
        if (!this.list.remove(room)) return;
        this.keeper.roomGone(room);
        this.emit("rooms", room);
    }

    private feedChanged(entry: t.FeedEntry): void {
        this.feed.take(entry);
        this.emit("feed", entry);
        const marker = readMarkerOf(entry);
        if (marker) this.readUpTo(marker);
    }

    private readUpTo(marker: Pick<t.RoomRead, "room" | "read_seq" | "read_count">): void {
        const before = this.list.get(marker.room)?.read_seq ?? 0;
        this.list.read(marker.room, marker.read_seq, marker.read_count);
        if (marker.read_seq > before) this.recountMentions(marker.room);
        this.keeper.room(marker.room);
        this.emit("rooms", marker.room);
    }

    /** Which of the unread mentions is gone only the server knows; where there are none it need not be asked. */
    private recountMentions(room: string): void {
        if (this.list.get(room)?.mentions) this.rooms.load(room).catch(() => {}); // told at the next sync
    }

    /** One tab tells it, of rooms of a few people, where one takes part in receipts; what is read needs no word more. */
    private tellsDelivered(room: string, seq: number): boolean {
        const entry = this.list.get(room);
        const small = entry !== undefined && entry.member_count <= this.deliveredMembers;
        return this.link.leads && small && seq > entry.read_seq && this.feed.get(NO_RECEIPTS) === null;
    }

    private tellRead(room: string, seq: number): Promise<t.RoomReadReply> {
        return this.link.call("room.read", { room, seq });
    }

    /** Null: it was gone already. */
    private async tellFeed(key: string, value: object | null, rev?: number): Promise<number | null> {
        const fields = { key, ...(rev !== undefined && { rev }) };
        const told = value ? this.link.call("feed.put", { ...fields, value }) : this.link.call("feed.delete", fields);
        return (await told.catch((error) => ifGone(error, "feed.not_found")))?.rev ?? null;
    }

    private async perform({ room, seq, nonce, ...act }: PendingAct): Promise<number> {
        const at = { room, seq, nonce };
        switch (act.do) {
            case "edit":
                return (await this.link.call("message.edit", { ...at, content: act.content })).seq;
            case "delete":
                return (await this.link.call("message.delete", at)).seq;
            case "react":
            case "unreact":
                return (await this.link.call(`message.${act.do}`, { ...at, emoji: act.emoji })).seq;
            case "vote":
                return (await this.link.call("poll.vote", { ...at, choices: [...act.choices] })).seq;
            case "close":
                return (await this.link.call("poll.close", at)).seq;
            case "pin":
            case "unpin":
                return (await this.link.call(`message.${act.do}`, at)).seq;
        }
    }

    private transmit(entry: OutboxEntry): Promise<t.MessageSendReply> {
        const { room, nonce, content, reply_to, thread } = entry;
        // The server closes on a frame too large, and sending again would only repeat that.
        const bytes = new TextEncoder().encode(JSON.stringify(content)).length;
        if (bytes > this.frameBytes - FRAME_MARGIN) {
            return Promise.reject(new NatterError("request.too_large", "The message is too long."));
        }
        return this.link.call("message.send", { room, nonce, content, ...(reply_to !== undefined && { reply_to }), ...(thread !== undefined && { thread }) });
    }
}

/** Null instead of an error that says that what was asked for is not there. */
function ifGone(error: unknown, code: t.ErrorCode): null {
    if (error instanceof NatterError && error.code === code) return null;
    throw error;
}
