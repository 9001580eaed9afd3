import { uuid7, type ConnectionState, type GroupSettings, type ListReactionUsersAnswer, type ListVotersAnswer, type NatterClient, type PollContent, type PollState, type RoomView, type ServerInfo, type UpdateRoomBody, type User, type WaitingMessage } from "@natternet/sdk";
import { AppUpdate } from "./app_update.js";
import { Audit } from "./audit.js";
import { ContactsState } from "./contacts.js";
import { Directory } from "./directory.js";
import { LinksAndBans } from "./links_and_bans.js";
import { Drafts, type Draft } from "./drafts.js";
import { FollowedThreads } from "./followed_threads.js";
import { JoinRequests } from "./join_requests.js";
import { Members } from "./members.js";
import { MemberSearch } from "./member_search.js";
import { idsByName } from "./mention_search.js";
import { MessageSearch } from "./message_search.js";
import { PeopleSearch } from "./people_search.js";
import { Pins } from "./pins.js";
import { placeOf } from "./place.js";
import { choicesAfter } from "./polls.js";
import type { Preferences } from "./preferences.js";
import { Activity } from "./activity.js";
import { PresenceState } from "./presence.js";
import { Privacy } from "./privacy.js";
import { Quotes } from "./quotes.js";
import { Receipts } from "./receipts.js";
import { RoomListState } from "./room_list.js";
import { RoomMarks } from "./room_marks.js";
import { ReportQueue } from "./report_queue.js";
import { Reports } from "./reports.js";
import { Removals } from "./removals.js";
import { Saved } from "./saved.js";
import { SeenBy } from "./seen_by.js";
import { Sender } from "./sender.js";
import { Session } from "./session.js";
import { Sessions } from "./sessions.js";
import { WritePermission } from "./write_permission.js";
import { Store } from "./store.js";
import { Undo } from "./undo.js";
import { Waiting } from "./waiting.js";
import { Thread } from "./thread.js";
import type { MessageItem } from "./timeline_items.js";
import type { TimelineRow } from "./timeline_rows.js";
import { Timeline } from "./timeline.js";

/** Timelines that are held in memory, and pins. */
const TIMELINES = 8;

/** All that the page knows, made once. Components read its stores and call its verbs. */
export class AppState {
    readonly connection: Store<ConnectionState>;
    /** Which program answers; null until it has. */
    readonly server = new Store<ServerInfo | null>(null);
    readonly update = new AppUpdate(globalThis.navigator?.serviceWorker, () => location.reload());
    readonly rooms: RoomListState;
    readonly session: Session;
    readonly sessions: Sessions;
    /** Which rooms are muted, and which stay at the top. */
    readonly marks: RoomMarks;
    /** The people one knows, and what one calls them. */
    readonly contacts: ContactsState;
    readonly saved: Saved;
    /** What one has reported, and how much one has to decide of. */
    readonly reports: Reports;
    /** What one wants kept from others. */
    readonly privacy: Privacy;
    /** How far the others have read. */
    readonly receipts: Receipts;
    readonly quotes: Quotes;
    /** Messages that are sent later. */
    readonly undo: Undo;
    readonly waiting: Waiting;
    /** When one may write, room by room. */
    readonly writePermission: WritePermission;
    /** Who is there, of the people on the screen. */
    readonly presence: PresenceState;
    /** The groups that one was removed from. */
    readonly removals: Removals;
    private readonly pinned = new Map<string, Pins>();
    readonly messageSearch: MessageSearch;
    private readonly timelines = new Map<string, Timeline>();
    private readonly threads = new Map<string, Thread>();
    /** The threads that one follows. */
    readonly followed: FollowedThreads;
    private readonly drafts: Drafts;
    private readonly sender: Sender;

    /** `earlier`: what this device kept before it was the same on all. */
    constructor(
        readonly client: NatterClient,
        earlier?: Preferences,
    ) {
        this.connection = new Store(client.connection);
        client.on("connection", (state) => {
            this.connection.set(state);
            if (state === "online") this.update.look(); // it may be another server now
        });
        client.on("server", (server) => this.server.set(server));
        client.on("event", ({ event }) => {
            this.timelines.get(event.room)?.take(event);
            this.pinned.get(event.room)?.take(event);
            for (const thread of this.threads.values()) thread.take(event);
        });
        client.on("mark", (event) => {
            this.timelines.get(event.room)?.takeMark(event);
            for (const thread of this.threads.values()) thread.take(event);
        });
        client.on("skipped", ({ room, seq }) => {
            void this.timelines.get(room)?.skipped(seq);
            for (const thread of this.threadsIn(room)) void thread.again();
        });
        client.on("expired", ({ room, through }) => {
            this.timelines.get(room)?.expire(through);
            this.pinned.get(room)?.again();
            for (const thread of this.threadsIn(room)) thread.expire(through);
        });
        client.on("acts", (room) => {
            this.timelines.get(room)?.refresh();
            this.pinned.get(room)?.show();
            for (const thread of this.threadsIn(room)) thread.refresh();
        });
        client.on("hidden", ({ room }) => {
            this.timelines.get(room)?.refresh();
            this.pinned.get(room)?.show();
            for (const thread of this.threadsIn(room)) thread.refresh();
        });
        client.on("outbox", (room) => {
            this.timelines.get(room)?.refresh();
            for (const thread of this.threadsIn(room)) thread.refresh();
        });
        client.on("rooms", (room) => !client.rooms.get(room) && this.leave(room));
        client.on("synced", () => {
            for (const timeline of this.timelines.values()) void timeline.again();
            for (const pins of this.pinned.values()) pins.again();
            for (const thread of this.threads.values()) if (thread.get().error !== null) void thread.again();
        });
        client.on("signed_out", () => {
            this.sender.forget();
            this.timelines.clear();
            this.threads.clear();
            this.pinned.clear();
        });
        this.marks = new RoomMarks(client, earlier);
        this.contacts = new ContactsState(client);
        this.reports = new Reports(client);
        this.privacy = new Privacy(client);
        this.receipts = new Receipts(client);
        this.saved = new Saved(client);
        this.followed = new FollowedThreads(client);
        this.quotes = new Quotes(client, (room, seq) => this.timelines.get(room)?.message(seq));
        this.undo = new Undo(client);
        this.waiting = new Waiting(client);
        this.drafts = new Drafts(client);
        this.sender = new Sender(client);
        this.rooms = new RoomListState(client);
        this.writePermission = new WritePermission(client);
        this.presence = new PresenceState(client);
        this.removals = new Removals(client, (room) => this.rooms.room(room)?.room.name ?? "");
        this.sessions = new Sessions(client);
        this.messageSearch = new MessageSearch(client);
        this.session = new Session(client);
    }

    async changePassword(oldPassword: string, newPassword: string): Promise<void> {
        await this.client.account.changePassword(oldPassword, newPassword);
        await this.sessions.load(); // the others have ended
    }

    /** A room's timeline; those looked at last are kept, and kept true. */
    timeline(room: string): Timeline {
        return latest(this.timelines, room, () => new Timeline(this.client, room));
    }

    /** The answers under a message; kept as timelines are. */
    thread(room: string, root: number): Thread {
        return latest(this.threads, placeOf(room, root), () => new Thread(this.client, room, root, () => this.timelines.get(room)?.message(root)));
    }

    /** What shows this message: an open thread, or else its room. */
    holderOf(room: string, seq: number): Pick<Timeline, "subscribe"> & { get(): { rows: readonly TimelineRow[] } } {
        return this.threadsIn(room).find((thread) => thread.holds(seq)) ?? this.timeline(room);
    }

    /** One is in it no more: who comes back may read less of it. */
    private leave(room: string): void {
        this.timelines.delete(room);
        this.pinned.delete(room);
        for (const [place, thread] of this.threads) if (thread.room === room) this.threads.delete(place);
        this.quotes.forget(room);
    }

    private threadsIn(room: string): Thread[] {
        return [...this.threads.values()].filter((thread) => thread.room === room);
    }

    /** A room is on the screen: what is shown beside its messages is asked for. */
    look(room: string): void {
        this.pins(room).open();
        void this.receipts.open(room);
    }

    /** Who has read a message, in a room where that is asked (`receipts.areAsked`). */
    seenBy(room: string, seq: number): SeenBy {
        return new SeenBy(this.client, room, seq);
    }

    /** A room's pinned messages; kept as timelines are. */
    pins(room: string): Pins {
        return latest(this.pinned, room, () => new Pins(this.client, room, (seq) => this.timelines.get(room)?.message(seq)));
    }

    /** Sets something anew in a group: each setting takes its permission. */
    updateRoom(room: string, change: Omit<UpdateRoomBody, "nonce">): Promise<void> {
        return this.client.rooms.update(room, change);
    }

    members(room: string): Members {
        return new Members(this.client, room);
    }

    /** To be completed, where not all were read. */
    memberSearch(room: string): MemberSearch {
        return new MemberSearch(this.client, room);
    }

    linksAndBans(room: string): LinksAndBans {
        return new LinksAndBans(this.client, room);
    }

    joinRequests(room: string): JoinRequests {
        return new JoinRequests(this.client, room);
    }

    audit(room: string): Audit {
        return new Audit((query) => this.client.rooms.audit(room, query));
    }

    /** What is reported to the moderators of a group, or (null) to the server's administrators. */
    reportQueue(room: string | null): ReportQueue {
        return new ReportQueue(this.client, room);
    }

    directory(): Directory {
        return new Directory(this.client);
    }

    /** Comes into a group by the code of an invitation link. */
    joinByLink(code: string): Promise<RoomView> {
        return this.client.rooms.joinByLink(code);
    }

    peopleSearch(): PeopleSearch {
        return new PeopleSearch(this.client);
    }

    /** What was typed and not sent. */
    draft(place: string): Draft {
        return this.drafts.get(place);
    }

    keepDraft(place: string, draft: Draft): void {
        this.drafts.set(place, draft);
    }

    /** Makes a draft again of a message that waits for its time. False: there was nothing to take back any more. */
    async takeBack(message: WaitingMessage): Promise<boolean> {
        const back = await this.waiting.cancel(message);
        if (back) this.drafts.add(placeOf(message.room, message.thread ?? null), { text: message.text, replyTo: message.reply_to ?? null });
        return back;
    }

    /** Makes a draft again of a message that was refused. */
    rewrite(room: string, { nonce, thread, text, replyTo }: Pick<MessageItem, "nonce" | "thread" | "text" | "replyTo">): void {
        this.discard(nonce);
        this.drafts.add(placeOf(room, thread), { text, replyTo });
    }

    /** Calls `watcher` when the draft of a room or thread changed, here or on another device. */
    watchDraft(place: string, watcher: () => void): () => void {
        return this.drafts.watch(place, watcher);
    }

    /** What is written next in this room or thread answers that message. */
    reply(place: string, seq: number): void {
        this.drafts.set(place, { ...this.drafts.get(place), replyTo: seq });
    }

    /** Notices from now on when nobody is at this device, and says so. */
    watchActivity(page: EventTarget, keeper: Pick<globalThis.Storage, "getItem" | "setItem">): void {
        new Activity(keeper, (away) => this.client.presence.away(away)).watch(page);
    }

    /** The page is about to go away: what waits to be kept is kept. */
    leaving(): void {
        this.sender.flush();
        this.drafts.keep();
        void this.client.flush();
    }

    typed(room: string, thread: number | null): void {
        this.client.typing.tap(room, thread);
    }

    /** `mentions`: ids of members, `everyone` or `here`; `thread`: the message under which it is said; `sought`: others of whom it is still asked. */
    send(room: string, text: string, replyTo: number | null, mentions: string[] = [], thread: number | null = null, sought: Promise<string[]> | null = null): void {
        this.drafts.set(placeOf(room, thread), { text: "", replyTo: null });
        if (thread === null) this.timelines.get(room)?.sent();
        this.sender.send(room, { text, replyTo, mentions, thread }, sought);
    }

    /** Those in a room who have these names, whether or not they were read. */
    idsByName(room: string, names: readonly string[]): Promise<string[]> {
        return idsByName(this.client.rooms, room, names);
    }

    /** Puts an emoji on a message, or takes one's own off. */
    async react(room: string, seq: number, emoji: string, on: boolean): Promise<void> {
        await this.client.acts.put(room, seq, { do: on ? "react" : "unreact", emoji });
    }

    /** Asks something of the room, or in a thread. */
    ask(room: string, poll: Omit<PollContent, "type">, thread: number | null): void {
        if (thread === null) this.timelines.get(room)?.sent();
        void this.client.sendPoll(room, poll, thread ?? undefined).catch(() => {}); // the timeline shows what became of it
    }

    /**
     * Takes an option of a poll, or lets it go: of those that are shown as chosen, though one may have chosen otherwise on
     * another device by now.
     */
    async vote(room: string, seq: number, poll: PollState, option: number): Promise<void> {
        const secret = poll.content.anonymous === true;
        const onItsWay = this.client.acts.in(room).findLast((act) => act.seq === seq && act.do === "vote");
        const base = onItsWay?.do === "vote" ? onItsWay.choices : (poll.mine ?? []);
        await this.client.acts.put(room, seq, { do: "vote", choices: choicesAfter(poll.content, base, option), secret, base });
    }

    /** Asks what one has voted in an anonymous poll; it is told as what changes a message is. */
    lookAtVote(room: string, seq: number): Promise<readonly number[] | null> {
        return this.client.lookAtVote(room, seq).catch(() => null); // asked again after the next connect
    }

    async closePoll(room: string, seq: number): Promise<void> {
        await this.client.acts.put(room, seq, { do: "close" });
    }

    /** A page of those who chose this option of a poll; `next` leads to the next one. */
    voters(room: string, seq: number, option: number, cursor?: string): Promise<ListVotersAnswer> {
        return this.client.messages.voters(room, seq, option, cursor);
    }

    /** A page of those who put this emoji on a message; `next` leads to the next one. */
    reactors(room: string, seq: number, emoji: string, cursor?: string): Promise<ListReactionUsersAnswer> {
        return this.client.messages.reactionUsers(room, seq, emoji, cursor);
    }

    async edit(room: string, seq: number, text: string, mentions: string[] = []): Promise<void> {
        await this.client.acts.put(room, seq, { do: "edit", content: { type: "text", text, ...(mentions.length > 0 && { mentions }) } });
    }

    /** What names a message that is to be sent, however often that is tried. */
    nonce(): string {
        return uuid7();
    }

    /** Sends what a message says to another room; the same nonce again is the same message. */
    async forward(room: string, seq: number, to: string, nonce: string): Promise<void> {
        await this.client.messages.forward(room, seq, to, nonce);
    }

    /** Deletes a message for everyone. */
    async delete(room: string, seq: number): Promise<void> {
        await this.client.acts.put(room, seq, { do: "delete" });
    }

    /** Deletes a message for oneself alone. Who does has seen it: unread it is no more. `thread`: whose answer it is. */
    async hide(room: string, seq: number, thread: number | null): Promise<void> {
        if (thread === null) this.client.markRead(room, seq);
        await this.client.hidden.hide(room, seq);
    }

    /** Takes that back. */
    async unhide(room: string, seq: number): Promise<void> {
        await this.client.hidden.show(room, seq);
    }

    /** Calls `watcher` with the code of why something that had waited for the connection cannot be done. */
    onRefused(watcher: (code: string) => void): () => void {
        return this.client.on("act_refused", ({ error }) => watcher(error.code));
    }

    retry(nonce: string): void {
        this.client.outbox.retry(nonce);
    }

    discard(nonce: string): void {
        this.client.outbox.discard(nonce);
    }

    /** Asks for all that somebody tells of themselves; `usePerson` then has it. */
    async lookUp(id: string): Promise<void> {
        await this.client.people.profile(id);
    }

    person(id: string): User | undefined {
        return this.client.people.get(id);
    }

    openDirect(userId: string): Promise<RoomView> {
        return this.client.rooms.openDirect(userId);
    }

    createGroup(name: string, members: string[], settings: GroupSettings): Promise<RoomView> {
        return this.client.rooms.createGroup(name, members, settings);
    }
}

/** The one of this key, made where there is none, as the latest of those that are kept. */
function latest<Value>(kept: Map<string, Value>, key: string, make: () => Value): Value {
    const value = kept.get(key) ?? make();
    kept.delete(key);
    kept.set(key, value);
    for (const other of [...kept.keys()].slice(0, -TIMELINES)) kept.delete(other);
    return value;
}
