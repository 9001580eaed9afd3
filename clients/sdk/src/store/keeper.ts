import type { Clock } from "../clock.js";
import type { FeedEntry, Message, StoredEvent, User } from "../schema.gen.js";
import { isAnswer, type AnswerEvent } from "../answers.js";
import { createdFrom } from "../history.js";
import type { OutboxEntry } from "../outbox.js";
import type { MarkEvent } from "../marks.js";
import { changedRow, type Change, type KeptRoom, type LocalStore, type Snapshot } from "./local_store.js";
import { KeptThreads, threadLog, threadLogsOf, type ThreadCut } from "./kept_threads.js";
import { addSpan, heldIn, newestFrom, spanAt, spansFrom, type Span } from "./spans.js";

/** Long enough to gather what a busy room brings, short enough to lose little to a crash. */
const GATHER_MS = 400;
/** Rows of one room that are held; past twice as many the oldest are dropped. */
const ROOM_ROWS = 5_000;
/** Rows of all rooms together, and what rooms that have long been quiet keep past that. */
const ALL_ROWS = 400_000;
const QUIET_ROOM_ROWS = 50;
const NOTHING: Snapshot = { rooms: [], outbox: [], feed: [], values: [], rev: 0 };

interface Limits {
    roomRows: number;
    allRows: number;
}

/**
 * Brings what happens to the local store, in few and whole writes, off the way of what is shown.
 * Only one of several clients on one store gathers (`lead`); all may write at once what is
 * theirs alone. A store that fails is left alone for the rest of the run: nobody waits for it,
 * and the next run begins with what was whole.
 */
export class Keeper {
    private spans = new Map<string, readonly Span[]>();
    private readonly threads = new KeptThreads();
    private readonly events = new Map<string, StoredEvent>();
    /** Rows of threads, each with the log that it is in. */
    private readonly threadRows = new Map<string, [log: string, row: StoredEvent]>();
    private changes: Change[] = [];
    private readonly cuts = new Map<string, number>();
    private readonly dirty = new Set<string>();
    private readonly gone = new Set<string>();
    private readonly people = new Map<string, User>();
    private readonly entries = new Map<string, FeedEntry>();
    private rev: number | undefined;
    private leads = false;
    private broken = true;
    private cancel: (() => void) | null = null;
    private writing: Promise<void> = Promise.resolve();

    constructor(
        private readonly store: LocalStore,
        private readonly clock: Clock,
        /** A room as it is now, without what is held of it. */
        private readonly roomOf: (id: string) => Omit<KeptRoom, "spans" | "threads"> | undefined,
        private readonly limits: Limits = { roomRows: ROOM_ROWS, allRows: ALL_ROWS },
    ) {}

    async open(owner: string): Promise<Snapshot> {
        this.reset();
        await this.writing;
        try {
            const snapshot = await this.store.open(owner);
            this.broken = false;
            this.takeSpans(snapshot);
            return snapshot;
        } catch {
            return NOTHING;
        }
    }

    /** From here on this client is the one that writes. `afresh`: another one wrote meanwhile. */
    async lead(owner: string, afresh: boolean): Promise<Snapshot> {
        const snapshot = afresh && !this.broken ? await this.store.open(owner).catch(() => NOTHING) : NOTHING;
        if (afresh) this.takeSpans(snapshot);
        this.leads = true;
        // What went by while nobody wrote may have been an edit of anything that is held.
        for (const { id, seq } of afresh ? snapshot.rooms : []) {
            const now = this.roomOf(id)?.seq ?? 0;
            if (now > (seq ?? 0)) this.skipped(id, now);
        }
        this.trimAll();
        return snapshot;
    }

    /** Another one writes from here on. */
    follow(): void {
        void this.flush();
        this.leads = false;
    }

    event(event: StoredEvent): void {
        if (!this.leads) return;
        this.row(event);
        this.hold(event.room, event.seq, event.seq);
    }

    /**
     * A message was edited or deleted: its row says how it stands now, if it is held. The change
     * itself has no row, so that words are in one place and can be taken away there.
     */
    change(event: StoredEvent, created: StoredEvent): void {
        if (!this.leads) return;
        this.revise({ room: event.room, seq: created.seq, row: created });
        for (const log of this.threads.logsWith(event.room, created.seq)) this.reviseRow({ room: log, seq: created.seq, row: created });
        this.hold(event.room, event.seq, event.seq);
    }

    /** An event that leaves nothing to be kept. */
    passed(event: StoredEvent): void {
        if (this.leads) this.hold(event.room, event.seq, event.seq);
    }

    /** An emoji was put on a message or taken off it, or somebody voted: its row says so, if it is held. */
    mark(event: MarkEvent, me: string): void {
        this.ownMark(event, me);
        if (this.leads) this.hold(event.room, event.seq, event.seq);
    }

    /** The same of what is no event of the log: what one voted oneself in an anonymous poll. */
    ownMark(event: MarkEvent, me: string): void {
        if (!this.leads) return;
        this.revise({ room: event.room, seq: event.target, mark: event, me });
        for (const log of this.threads.logsWith(event.room, event.target)) this.reviseRow({ room: log, seq: event.target, mark: event, me });
    }

    /** Somebody answered in a thread: its root knows it, if it is held. Pages are of the room's own messages: answers are in logs of their own. */
    answer(event: AnswerEvent): void {
        if (!this.leads) return;
        const { room, message } = event;
        this.revise({ room, seq: message.thread, answer: event });
        this.reviseRow({ room: threadLog(room, message.thread), seq: message.thread, answer: event });
        this.rowsOfThread(room, message.thread, [event]);
        this.hold(event.room, event.seq, event.seq);
    }

    /**
     * Events of a room up to `seq` went by unseen. Among them may be edits and deletions of what is
     * held: it is fetched anew, should somebody want to see it.
     */
    skipped(room: string, seq: number): void {
        if (!this.leads) return;
        for (const [key, event] of this.events) if (event.room === room && event.seq <= seq) this.events.delete(key);
        this.changes = this.changes.filter((change) => change.room !== room || change.seq > seq);
        this.spans.set(room, spansFrom(this.spans.get(room) ?? [], seq + 1));
        this.cuts.set(room, seq + 1);
        this.cutThreads(this.threads.forget(room));
        this.room(room);
    }

    /** Nothing of the room's own rows is too old, but maybe answers in threads and its preview are: those are read anew when somebody looks. */
    aged(room: string): void {
        if (!this.leads) return;
        this.cutThreads(this.threads.forget(room));
        this.room(room);
    }

    /** The message that a thread is under, and some of its answers, as they stand now. */
    thread(root: Message, answers: readonly Message[]): void {
        if (!this.leads) return;
        const rows = answers.map(createdFrom).filter(isAnswer);
        this.rowsOfThread(root.room, root.seq, rows);
        this.rowOfThread(threadLog(root.room, root.seq), createdFrom(root));
        this.room(root.room);
    }

    /** A page of history; from `from` to `to` no message is missing in it. */
    page(room: string, events: readonly StoredEvent[], from: number, to: number): void {
        const held = this.spans.get(room) ?? [];
        if (!this.leads || heldIn(held) + to - from > this.limits.roomRows) return;
        for (const event of events) this.row(event);
        this.hold(room, from, to);
    }

    room(id: string): void {
        if (!this.leads) return;
        this.gone.delete(id);
        this.dirty.add(id);
        this.later();
    }

    roomGone(id: string): void {
        if (!this.leads) return;
        this.dirty.delete(id);
        this.spans.delete(id);
        this.threads.forget(id);
        for (const [key, event] of this.events) if (event.room === id) this.events.delete(key);
        for (const [key, [, { room }]] of this.threadRows) if (room === id) this.threadRows.delete(key);
        this.changes = this.changes.filter(({ room }) => room !== id && !room.startsWith(threadLogsOf(id)));
        this.gone.add(id);
        this.later();
    }

    users(users: readonly User[]): void {
        if (!this.leads) return;
        for (const user of users) this.people.set(user.id, user);
        this.later();
    }

    /** `rev`: everything up to it is here; left out, these entries may be known without others before them. */
    feed(entries: readonly FeedEntry[], rev?: number): void {
        if (!this.leads) return;
        for (const entry of entries) this.entries.set(entry.key, entry);
        this.rev = rev ?? this.rev;
        this.later();
    }

    /** At once, whoever leads: nothing else knows of it. */
    outbox(nonce: string, entry: OutboxEntry | null): void {
        // What the server has needs no keeping; a reload finds it in the history.
        const kept = entry?.state === "sent" ? null : entry;
        this.write(() => this.store.write({ outbox: [[nonce, kept]] }));
    }

    value(key: string, value: unknown): void {
        this.write(() => this.store.write({ values: [[key, value]] }));
    }

    /** Everything gathered so far is in the store when this resolves. */
    flush(): Promise<void> {
        this.cancel?.();
        this.cancel = null;
        const rooms = this.dirtyRooms();
        const cut = [...this.trimmed(rooms), ...[...this.cuts].map(([room, seq]) => ({ room, seq }))];
        const batch = {
            ...(rooms.length > 0 ? { rooms } : {}),
            ...(this.events.size > 0 ? { events: [...this.events.values()] } : {}),
            ...(this.threadRows.size > 0 ? { threadRows: [...this.threadRows.values()] } : {}),
            ...(cut.length > 0 ? { cut } : {}),
            ...(this.changes.length > 0 ? { changes: this.changes } : {}),
            ...(this.gone.size > 0 ? { gone: [...this.gone] } : {}),
            ...(this.people.size > 0 ? { users: [...this.people.values()] } : {}),
            ...(this.entries.size > 0 ? { feed: [...this.entries.values()] } : {}),
            ...(this.rev === undefined ? {} : { rev: this.rev }),
        };
        this.forgetGathered();
        if (Object.keys(batch).length > 0) this.write(() => this.store.write(batch));
        return this.writing;
    }

    close(): void {
        const written = this.flush();
        this.reset();
        this.writing = written.then(() => this.store.close());
    }

    /** Whoever opens it next waits until this is done. */
    wipe(butUnsent: boolean): Promise<void> {
        this.reset();
        this.writing = this.writing.then(() => this.store.wipe(butUnsent)).catch(() => {});
        return this.writing;
    }

    private reset(): void {
        this.cancel?.();
        this.cancel = null;
        this.leads = false;
        this.broken = true;
        this.spans.clear();
        this.threads.clear();
        this.forgetGathered();
    }

    private forgetGathered(): void {
        for (const set of [this.events, this.threadRows, this.cuts, this.dirty, this.gone, this.people, this.entries]) set.clear();
        this.changes = [];
        this.rev = undefined;
    }

    private takeSpans(snapshot: Snapshot): void {
        this.spans = new Map(snapshot.rooms.map((room) => [room.id, room.spans]));
        this.threads.restore(snapshot.rooms);
    }

    private row(event: StoredEvent): void {
        this.events.set(`${event.room} ${event.seq}`, event);
    }

    /** A row that is not written yet is changed here, another one by the store, which has it. */
    private revise(change: Change): void {
        if (spanAt(this.spans.get(change.room) ?? [], change.seq)) this.reviseRow(change);
    }

    private reviseRow(change: Change): void {
        const key = `${change.room} ${change.seq}`;
        const [waiting, answer] = [this.events.get(key), this.threadRows.get(key)];
        if (waiting) this.events.set(key, changedRow(waiting, change));
        else if (answer) this.rowOfThread(change.room, changedRow(answer[1], change));
        else this.changes.push(change);
    }

    private rowOfThread(log: string, row: StoredEvent): void {
        this.threadRows.set(`${log} ${row.seq}`, [log, row]);
    }

    private rowsOfThread(room: string, root: number, rows: readonly AnswerEvent[]): void {
        // What is cut goes first: a write puts rows in before it cuts.
        const log = threadLog(room, root);
        if (this.cuts.has(log)) void this.flush();
        for (const row of rows) this.rowOfThread(log, row);
        this.cutThreads(this.threads.add(room, root, rows.map(({ seq }) => seq)));
    }

    private cutThreads(cuts: readonly ThreadCut[]): void {
        for (const { log, seq } of cuts) {
            for (const [key, [of, row]] of this.threadRows) if (of === log && row.seq < seq) this.threadRows.delete(key);
            this.cuts.set(log, seq);
        }
    }

    private hold(room: string, from: number, to: number): void {
        this.spans.set(room, addSpan(this.spans.get(room) ?? [], from, to));
        this.room(room);
    }

    private dirtyRooms(): KeptRoom[] {
        return [...this.dirty].flatMap((id) => {
            const room = this.roomOf(id);
            return room ? [this.kept(room, this.spans.get(id) ?? [])] : [];
        });
    }

    /** Lets go of the oldest rows of rooms that hold too many. */
    private trimmed(rooms: KeptRoom[]): { room: string; seq: number }[] {
        return rooms.flatMap((room) => {
            if (heldIn(room.spans) <= 2 * this.limits.roomRows) return [];
            return this.cutTo(room, this.limits.roomRows);
        });
    }

    private kept(room: Omit<KeptRoom, "spans" | "threads">, spans: readonly Span[]): KeptRoom {
        const threads = this.threads.of(room.id);
        return { ...room, spans: [...spans], ...(threads.length > 0 && { threads }) };
    }

    private cutTo(room: KeptRoom, rows: number): { room: string; seq: number }[] {
        const seq = newestFrom(room.spans, rows);
        room.spans = spansFrom(room.spans, seq);
        this.spans.set(room.id, room.spans);
        return [{ room: room.id, seq }];
    }

    /** Where all rooms together hold too much, those that have been quiet longest keep little. */
    private trimAll(): void {
        let surplus = [...this.spans.values()].reduce((sum, spans) => sum + heldIn(spans), 0) - this.limits.allRows;
        if (surplus <= 0 || this.broken) return;
        const kept = [...this.spans].flatMap(([id, spans]) => {
            const room = this.roomOf(id);
            return room ? [this.kept(room, spans)] : [];
        });
        const cut: { room: string; seq: number }[] = [];
        const rooms: KeptRoom[] = [];
        for (const room of kept.sort((a, b) => (activityOf(a) < activityOf(b) ? -1 : 1))) {
            const held = heldIn(room.spans);
            if (surplus <= 0) break;
            if (held <= QUIET_ROOM_ROWS) continue;
            surplus -= held - QUIET_ROOM_ROWS;
            cut.push(...this.cutTo(room, QUIET_ROOM_ROWS));
            rooms.push(room);
        }
        this.write(() => this.store.write({ rooms, cut }));
    }

    private later(): void {
        if (!this.broken) this.cancel ??= this.clock.after(GATHER_MS, () => void this.flush());
    }

    private write(work: () => Promise<void>): void {
        if (this.broken) return;
        // Begun at once: the page may be about to go away. The store keeps writes in their order.
        const done = work().catch(() => {
            this.broken = true;
        });
        this.writing = this.writing.then(() => done);
    }
}

function activityOf(room: KeptRoom): string {
    return room.lastMessage?.created_at ?? room.entry.created_at ?? "";
}
