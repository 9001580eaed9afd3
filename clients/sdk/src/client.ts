import { Account } from "./account.js";
import { Acts } from "./acts.js";
import { Ageing } from "./ageing.js";
import { Api } from "./api.js";
import { DeliveredMarks } from "./delivered_marks.js";
import { Dispatch } from "./dispatch.js";
import { Drafts } from "./drafts.js";
import { Emitter } from "./emitter.js";
import type { ClientEvents } from "./client_events.js";
import { Commands, ifGone } from "./commands.js";
import { Contacts } from "./contacts.js";
import { isTransient } from "./errors.js";
import { Http } from "./http.js";
import { Hidden, hiddenOf } from "./hidden.js";
import { History } from "./history.js";
import type { Line, TabNews } from "./line.js";
import { Link, type ConnectionState, type FieldsOf, type LinkListener } from "./link.js";
import { LocalValues } from "./local_values.js";
import { resolveOptions, socketUrl, type ClientOptions } from "./options.js";
import { Outbox, type OutboxEntry, type Sent } from "./outbox.js";
import { OwnVotes } from "./own_votes.js";
import { People } from "./people.js";
import { Presences } from "./presence.js";
import { Privacy } from "./privacy.js";
import { ReadMarkers } from "./read_markers.js";
import { ServerClock } from "./server_clock.js";
import { RoomList } from "./room_list.js";
import { Reports } from "./reports.js";
import { RoomWishes } from "./room_wishes.js";
import { Rooms } from "./rooms.js";
import { SharedLink } from "./shared_link.js";
import { Feed } from "./feed.js";
import { Saved } from "./saved.js";
import { Scheduled } from "./scheduled.js";
import { Messages } from "./messages.js";
import { MissingMessages } from "./missing_messages.js";
import type { Frame } from "./socket.js";
import { Keeper } from "./store/keeper.js";
import type { KeptRoom } from "./store/local_store.js";
import { Sync } from "./sync.js";
import { TabTalk } from "./tab_talk.js";
import { ThreadHistory } from "./thread_history.js";
import { Threads } from "./threads.js";
import { Tokens, type SignedOutReason, type SuspendedUntil } from "./tokens.js";
import { Typing } from "./typing.js";
import { Undo } from "./undo.js";
import type * as t from "./schema.gen.js";

/** `login` is the username. */
export type Credentials = Omit<t.SigninBody, "cookie">;
/** Who signs up: names, a password, and where the server takes people by invitation its code. */
export type NewAccount = Omit<t.SignupBody, "cookie">;

/**
 * A signed-in person's end of NatterNet. It connects, stays connected, keeps the room list true,
 * hands out every event once and in order, and gets every message sent through in the end.
 */
export class NatterClient extends Emitter<ClientEvents> {
    /** One's own name, password, sessions. */
    readonly account: Account;
    /** The rooms one is in, their history and members. */
    readonly rooms: Rooms;
    /** What people do with messages that are there. */
    readonly messages: Messages;
    /** Edits, deletions, reactions and pins, made without a connection too. */
    readonly acts: Acts;
    /** What is one's own on all devices, by keys: for what there is no word for below. */
    readonly feed: Feed;
    /** How one wants each room: how loud, and in which folder. */
    readonly roomWishes: RoomWishes;
    /** Messages that one has deleted for oneself alone. */
    readonly hidden: Hidden;
    /** Messages that one has saved for later. */
    readonly saved: Saved;
    /** What one wants kept from others. */
    readonly privacy: Privacy;
    /** For how long what one sends can be taken back. */
    readonly undo: Undo;
    /** What was typed and not sent. */
    readonly drafts: Drafts;
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
    private suspended: SuspendedUntil | null = null;
    private told: Readonly<Record<string, number>> = {};
    private readonly keeper: Keeper;
    /** Counts sign-ins: work begun for an earlier one finds another number here, and leaves. */
    private run = 0;
    private readonly votes: OwnVotes;
    private readonly ageing: Ageing;
    private readonly serverClock: ServerClock;
    private readonly commands: Commands;
    private readonly dispatch: Dispatch;
    private readonly missing: MissingMessages;
    private readonly tabs: TabTalk;

    constructor(options: ClientOptions) {
        super();
        const { url, cookie, webSocket, fetch, storage, store, lock, tabs, clock, catchUp } = resolveOptions(options);
        this.http = new Http(url, fetch);
        this.tokens = new Tokens(this.http, storage, clock, cookie, lock);
        this.tokens.onEnd = (reason, suspension) => this.ended(reason, suspension);
        const api = (this.api = new Api(this.http, this.tokens));
        this.keeper = new Keeper(store, clock, (room) => this.keptRoom(room));
        const listener = {
            onState: (state: ConnectionState) => this.connectionIs(state),
            onConnected: (hello: t.Connected) => this.connected(hello),
            onEvent: (event: Frame) => this.dispatch.heard(event),
            onLead: () => this.leadsNow(),
            onNews: (news: TabNews) => this.tabs.told(news),
            onTime: (time: string) => this.serverClock.told(time),
            lend: (refused: string) => this.tokens.lend(refused),
        };
        const link = (to: LinkListener) => new Link(webSocket, socketUrl(url), this.tokens, clock, to);
        this.link = tabs ? new SharedLink(tabs, clock, link, listener) : link(listener);
        this.commands = new Commands(this.link);
        this.tokens.borrow = (refused) => this.link.borrow(refused);
        this.sync = new Sync(
            {
                sync: (fields) => this.link.call("sync", fields),
                eventsAfter: (room, after) => this.rooms.events(room, after),
                newestSeq: (room) => this.list.get(room)?.last_seq ?? 0,
                onRoom: ({ room, events: _, has_more: __, last_message, ...view }) => this.dispatch.roomSeen({ ...view, id: room }, last_message),
                onRoomGone: (room) => this.dispatch.roomGone(room),
                onFeed: (entry) => this.dispatch.feedChanged(entry),
                onEvent: (event, backlog) => this.dispatch.deliver(event, backlog),
                onSynced: (rev) => this.synced(rev),
                onSkipped: (room, seq) => this.dispatch.skipped(room, seq),
            },
            clock,
            catchUp,
        );
        this.account = new Account(api);
        this.serverClock = new ServerClock(clock, storage, (ms) => this.clockTurned(ms));
        this.ageing = new Ageing(store, this.serverClock, {
            keptFor: (room) => this.list.get(room)?.retention_s ?? 0,
            flush: () => this.keeper.flush(),
            onGone: (room, through, last) => this.dispatch.aged(room, through, last),
        });
        const history = new History(store, {
            goneThrough: (room) => this.ageing.goneThrough(room),
            onHeld: (room, createdAt) => this.ageing.held(room, createdAt),
            flush: () => this.keeper.flush(),
            keep: (room, events, from, to) => this.tabs.keepPage(room, events, from, to),
            fetch: (room, position, limit) => this.rooms.history(room, position, limit),
            ends: (room) => this.endsOf(room),
        });
        this.rooms = new Rooms(api, this.list, history, (view) => this.dispatch.roomSeen(view));
        this.messages = new Messages(api);
        this.votes = new OwnVotes({
            message: (room, seq) => this.messages.get(room, seq),
            me: () => this.user?.id ?? null,
            onVote: (event) => this.dispatch.ownVote(event),
        });
        this.people = new People(api, clock, (ids) => store.users(ids), () => this.connection === "online", (users) => this.met(users));
        const keep = (nonce: string, entry: OutboxEntry | null) => this.tabs.keepOutbox(nonce, entry);
        this.outbox = new Outbox(clock, keep, (entry) => this.commands.transmit(entry), (room) => this.emit("outbox", room), () => this.user !== null);
        this.values = new LocalValues((key, value) => this.tabs.keepValue(key, value), (key) => this.valueChanged(key));
        this.feed = new Feed(this.values, clock, {
            send: (key, value, rev) => this.commands.tellFeed(key, value, rev),
            read: (key) => api.call<t.FeedEntry>("GET", `/me/feed/${encodeURIComponent(key)}`).catch((error) => ifGone(error, "feed.not_found")),
            keep: (entry) => this.keeper.feed([entry]),
            isOnline: () => this.connection === "online",
            onChange: (key) => this.ownChanged(key),
        });
        this.acts = new Acts(this.values, clock, {
            send: (act) => this.commands.perform(act),
            isOnline: () => this.connection === "online",
            newest: (room) => this.list.get(room)?.last_seq ?? Infinity,
            onSecretVote: (act, event) => this.votes.voted(act, event),
            onChange: (room) => this.emit("acts", room),
            onRefused: (act, error) => this.tabs.refused(act, error),
        });
        this.hidden = new Hidden(this.feed);
        this.saved = new Saved(this.feed, this.hidden, () => this.now());
        this.drafts = new Drafts(this.feed, this.values);
        this.privacy = new Privacy(this.feed);
        this.undo = new Undo(this.feed);
        this.roomWishes = new RoomWishes(this.feed, (me) => (this.presence.get(me)?.presence ?? "online") === "online");
        this.scheduled = new Scheduled(this.feed);
        this.reports = new Reports(api, this.feed);
        const threads = new ThreadHistory(store, {
            flush: () => this.keeper.flush(),
            keep: (root, answers) => this.tabs.keepThread(root, answers),
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
            this.serverClock,
        );
        this.markers = new ReadMarkers((room, seq) => this.commands.tellRead(room, seq));
        this.delivered = new DeliveredMarks(clock, {
            tell: (room, seq) => this.link.call("room.delivered", { room, seq }),
            isNews: (room, seq) => this.tellsDelivered(room, seq),
            isOnline: () => this.connection === "online",
        });
        this.missing = new MissingMessages(clock, {
            get: (room, seq) => this.messages.get(room, seq),
            room: (id) => this.list.get(id),
            told: (event, backlog) => this.dispatch.changed(event, backlog),
            failed: ({ room, target }, error) => isTransient(error) && this.dispatch.skipped(room, target), // it is read anew where it is shown
            left: ({ room, target }) => this.keeper.skipped(room, target),
        });
        const { tokens, people, list, sync, keeper, rooms, missing, feed, acts, outbox, typing, presence, votes, delivered, values, ageing } = this;
        const emit = this.emit.bind(this);
        this.dispatch = new Dispatch({ tokens, people, list, sync, keeper, rooms, missing, feed, acts, outbox, typing, presence, votes, delivered, ageing, emit });
        const reconnect = () => this.reconnect();
        this.tabs = new TabTalk({ link: this.link, clock, keeper, outbox, values, emit, reconnect, ended: (reason, suspension) => this.tokens.end(reason, suspension) });
    }

    /** Who is signed in. After `resume()` it is who was, until the server says otherwise. */
    get user(): t.User | null {
        return this.tokens.user;
    }

    /** Why one was signed out, where that was `suspended`; until the next sign-in. */
    get suspension(): SuspendedUntil | null {
        return this.suspended;
    }

    /** Whether events come in just now. Nothing need wait for it: the outbox does that. */
    get connection(): ConnectionState {
        return this.link.state;
    }

    /** What the server takes, by the names of docs/reference/limits.md, as it said at the last connect; before the first one nothing. */
    get limits(): Readonly<Record<string, number>> {
        return this.told;
    }

    /** What time it is on the server, in milliseconds since 1970: what ends at a time ends by this clock. */
    now(): number {
        return this.serverClock.now();
    }

    /** What the server is like, for who is not signed in: who may sign up, and its version. */
    service(): Promise<t.GetServiceAnswer> {
        return this.http.call("GET", "/service");
    }

    /**
     * One command on the socket, for what this client has no word for. It is not sent again where the connection
     * is lost meanwhile (`connection.lost`): with the same `nonce` the program may. Rejects with a NatterError.
     */
    command<Type extends Exclude<t.Command["type"], "auth">>(type: Type, fields: FieldsOf<Type>): Promise<t.Replies[Type]> {
        return this.link.call(type, fields);
    }

    /**
     * Makes an account and signs in. Rejects with `user.username_taken`, `signup.closed`, `signup.invite_required`,
     * `signup.invite_invalid`, `content.filtered`, and `field.invalid` with the `field`.
     */
    async signUp(account: NewAccount): Promise<t.User> {
        return this.begin(await this.http.call("POST", "/auth/signup", { body: this.withCookie(account) }));
    }

    /**
     * Signs in; whoever was signed in before is signed out here, and their copy is removed. Rejects with
     * `auth.invalid_credentials`, and `auth.suspended` with `reason` and `until`.
     */
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

    /** Deletes the account, and with it the session. Rejects as `account.deleteAccount()`. */
    deleteAccount(password: string): Promise<void> {
        return this.leave(() => this.account.deleteAccount(password));
    }

    /** Disconnects without signing out: for programs that end. */
    close(): void {
        this.run += 1;
        this.link.close();
        this.missing.close();
        this.ageing.close();
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
     * where one is given. Resolves when it is durable on the server; rejects where nobody is signed in. The outbox does the rest.
     */
    sendText(room: string, text: string, reply_to?: number, mentions: string[] = [], thread?: number): Promise<Sent> {
        this.typing.sent(room, thread ?? null);
        return this.outbox.send(room, { type: "text", text, ...(mentions.length > 0 && { mentions }) }, reply_to, thread);
    }

    /** Sends a message that asks, as `sendText()` sends words. */
    sendPoll(room: string, poll: Omit<t.PollContent, "type">, thread?: number): Promise<Sent> {
        return this.outbox.send(room, { type: "poll", ...poll }, undefined, thread);
    }

    /**
     * Sees to it that one's own vote in an anonymous poll is known as it stands, which no event of the log tells; whoever
     * shows the poll hears of it as `mark`. Resolves to the options, counted from 0; asks at most once in each
     * connection, and rejects where it cannot.
     */
    lookAtVote(room: string, seq: number): Promise<readonly number[]> {
        return this.votes.look(room, seq);
    }

    /** Marks everything up to `seq` as read, on all of the person's devices. */
    markRead(room: string, seq: number): void {
        const view = this.list.get(room);
        if (!view || seq <= view.read_seq) return;
        if (seq >= view.last_seq) this.dispatch.readUpTo({ room, read_seq: view.last_seq, read_count: view.last_count });
        this.markers.want(room, seq);
    }

    private ownChanged(key: string): void {
        this.emit("own", key);
        const message = hiddenOf(key);
        if (message) this.emit("hidden", message);
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
        this.suspended = null;
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
        this.ageing.open();
        for (const { id } of kept.rooms) this.ageing.look(id);
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

    private ended(reason: SignedOutReason, suspension: SuspendedUntil): void {
        this.run += 1;
        this.suspended = reason === "suspended" ? suspension : null;
        this.link.stop();
        this.link.tell({ is: "left", reason, suspension });
        this.missing.close();
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
        this.votes.disconnected();
        this.list.clear();
        this.ageing.clear();
        this.people.clear();
        this.emit("signed_out", reason);
    }

    private connectionIs(state: ConnectionState): void {
        if (state !== "online") {
            this.sync.disconnected();
            this.outbox.disconnected();
            this.presence.disconnected();
            this.votes.disconnected();
        }
        this.emit("connection", state);
    }

    /** The server's clock is another than was thought: what is kept for a time only is looked at anew. */
    private clockTurned(ms: number): void {
        this.presence.clockTurned();
        for (const { id } of this.list.all()) this.ageing.look(id);
        if (ms > 0) return;
        for (const id of this.ageing.takeLessened()) {
            this.list.doubt(id);
            void this.rooms.load(id).then(({ last_seq }) => this.emit("skipped", { room: id, seq: last_seq }), () => {}); // told at the next sync
        }
    }

    private connected(hello: t.Connected): void {
        if (!this.link.leads) this.serverClock.reread();
        this.told = hello.limits ?? {};
        this.commands.connected(this.told);
        this.dispatch.personChanged(hello.user);
        this.emit("server", hello.server);
        void this.sync.run();
        this.outbox.connected(!this.link.leads);
        this.markers.flushAll();
        this.delivered.connected();
        this.presence.connected();
        this.people.connected();
        // The tab that leads may not have heard of what another one put before that one heard of the connection.
        for (const unsent of [this.feed, this.acts]) {
            if (this.link.leads) unsent.flush();
            else unsent.flushKept();
        }
    }

    /** One tab tells it, of rooms of a few people, where one takes part in receipts; what is read needs no word more. */
    private tellsDelivered(room: string, seq: number): boolean {
        const entry = this.list.get(room);
        // Rooms of more people keep no marks of what has arrived.
        const small = entry !== undefined && entry.member_count <= (this.limits["delivered_members"] ?? 0);
        return this.link.leads && small && seq > entry.read_seq && !this.privacy.has("no-receipts");
    }
}
