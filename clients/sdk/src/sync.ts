import { Backoff } from "./backoff.js";
import type { Clock } from "./clock.js";
import { NatterError } from "./errors.js";
import { RoomLog } from "./room_log.js";
import type { EventPage, FeedEntry, StoredEvent, SyncCommand, SyncReply, SyncRoom } from "./schema.gen.js";

/** What `Sync` asks of the connection, and whom it tells. */
export interface SyncPorts {
    sync(fields: Omit<SyncCommand, "type">): Promise<SyncReply>;
    eventsAfter(room: string, seq: number): Promise<EventPage>;
    /** The newest seq of a room that is known of. */
    newestSeq(room: string): number;
    /** A room as it stands, before its events are handed out. */
    onRoom(room: SyncRoom): void;
    onRoomGone(room: string): void;
    onFeed(entry: FeedEntry): void;
    /** A stored event, in its room's order, once. `backlog`: from before this client began. */
    onEvent(event: StoredEvent, backlog: boolean): void;
    /** All that was missed is here. `rev`: of the person's feed. */
    onSynced(rev: number): void;
    /** Events of a room up to `seq` were too many to read: the log goes on behind them. */
    onSkipped(room: string, seq: number): void;
}

const EVENTS_A_ROOM = 200;
/** Rooms that one command names: 3,000 of them would be nearly a whole frame. */
const ROOMS_AT_ONCE = 2_000;
/** Rooms whose last page comes at once to a client that knows none; of more only what the list shows of them. */
const ROOMS_WITH_A_PAGE = 200;
const EVENTS_FOR_THE_LIST = 5;

type SyncPart = { rooms: Record<string, number>; after?: string; through?: string };

/**
 * Brings the client to where the server is after every connect, and keeps each room's events in
 * order and whole while connected. The log is the truth; live events are news of it.
 */
export class Sync {
    private readonly logs = new Map<string, RoomLog>();
    /** Rooms being read up to date, each with the connection that it was begun on. */
    private readonly filling = new Map<string, number>();
    private rev = 0;
    private started = false;
    /** Counts connections: work begun for an earlier one stops when it sees another number. */
    private connection = 0;
    private running = false;

    constructor(
        private readonly ports: SyncPorts,
        private readonly clock: Clock,
        private readonly most = Infinity,
    ) {}

    /** Goes on where an earlier run was. */
    restore(rooms: { id: string; seq: number | null }[], rev: number): void {
        for (const { id, seq } of rooms) if (seq !== null) this.log(id).anchor(seq);
        this.rev = rev;
        this.started = rooms.length > 0;
    }

    /** How far a room's log has been handed out. */
    position(room: string): number | null {
        return this.logs.get(room)?.last ?? null;
    }

    /** Forgets everything, for another person. */
    reset(): void {
        this.disconnected();
        this.logs.clear();
        this.rev = 0;
        this.started = false;
    }

    disconnected(): void {
        this.connection += 1;
        this.running = false;
    }

    /** To be called after each connect; tries until it is done or the connection is another. */
    async run(): Promise<void> {
        const connection = ++this.connection;
        const backoff = new Backoff(this.clock);
        this.running = true;
        while (connection === this.connection && this.running) {
            await this.catchUp(connection).catch((error) => this.wait(error, backoff));
        }
    }

    private async catchUp(connection: number): Promise<void> {
        const behind = new Set<string>();
        let firstRev: number | null = null;
        let newRooms = 0;
        for (const part of this.parts()) {
            const rev = firstRev ?? this.rev;
            const ask = (page: { cursor?: string }) =>
                this.ports.sync({ ...part, rev, limit: EVENTS_A_ROOM, ...(newRooms >= ROOMS_WITH_A_PAGE && { newest: EVENTS_FOR_THE_LIST }), ...page });
            let asked: Promise<SyncReply> | null = ask({});
            while (asked) {
                const reply: SyncReply = await asked;
                if (connection !== this.connection) return;
                // Later pages may speak of later changes; the first rev repeats some, and misses none.
                firstRev ??= reply.rev;
                newRooms += reply.rooms.filter(({ room }) => !(room in part.rooms)).length;
                // The next page is on its way while this one is taken.
                asked = reply.next === null ? null : ask({ cursor: reply.next });
                asked?.catch(() => {}); // it is waited for, unless this page fails
                this.takePage(reply, part.rooms, behind);
            }
        }
        this.rev = firstRev ?? this.rev;
        this.started = true;
        this.running = false;
        this.ports.onSynced(this.rev);
        for (const room of behind) void this.fill(room);
        for (const [room, log] of this.logs) this.mend(room, log);
    }

    /** What has been seen, in parts that fit a frame each: by ranges of room ids. */
    private parts(): SyncPart[] {
        const seen = [...this.logs].flatMap(([id, { last }]): [string, number][] => (last === null ? [] : [[id, last]]));
        if (seen.length <= ROOMS_AT_ONCE) return [{ rooms: Object.fromEntries(seen) }];
        seen.sort(([a], [b]) => (a < b ? -1 : 1)); // the order in which the server walks
        const parts: SyncPart[] = [];
        for (let at = 0; at < seen.length; at += ROOMS_AT_ONCE) {
            const some = seen.slice(at, at + ROOMS_AT_ONCE);
            const after = seen[at - 1]?.[0];
            const through = at + ROOMS_AT_ONCE < seen.length ? some.at(-1)![0] : undefined;
            parts.push({ rooms: Object.fromEntries(some), ...(after && { after }), ...(through && { through }) });
        }
        return parts;
    }

    /** A stored event came over the live connection. */
    live(event: StoredEvent): void {
        const log = this.log(event.room);
        if (log.last === null && event.seq === 1) log.anchor(0);
        this.handOut(log.offer(event), false);
        this.mend(event.room, log);
    }

    /** The person is no longer in the room. */
    forget(room: string): void {
        this.logs.delete(room);
    }

    /** Hands out what a page brought; `behind` are the rooms that have more. A long room's events may come in several pages. */
    private takePage(reply: SyncReply, seen: Record<string, number>, behind: Set<string>): void {
        for (const room of reply.left) {
            this.forget(room);
            this.ports.onRoomGone(room);
        }
        for (const entry of reply.rooms) {
            const log = this.log(entry.room);
            this.ports.onRoom(entry);
            this.handOut(log.skip(entry.first_seq - 1), false);
            const before = (entry.events[0]?.seq ?? entry.last_seq + 1) - 1;
            this.handOut(log.anchor(before), !this.started);
            for (const event of entry.events) this.handOut(log.offer(event), !this.started);
            if (entry.has_more && entry.room in seen) behind.add(entry.room);
            else behind.delete(entry.room);
        }
        for (const entry of reply.me) this.ports.onFeed(entry);
    }

    /** Sees to a hole, unless a sync is under way that will most likely close it. */
    private mend(room: string, log: RoomLog): void {
        if (this.running || !log.hasHole) return;
        // A room one has just been added to: its story begins, for us, with what came first.
        if (log.last === null) return this.handOut(log.anchor(log.firstEarly! - 1), false);
        void this.fill(room);
    }

    /** Reads the log after the last contiguous event until nothing is missing. */
    private async fill(room: string): Promise<void> {
        const connection = this.connection;
        if (this.filling.get(room) === connection) return;
        this.filling.set(room, connection);
        const backoff = new Backoff(this.clock);
        for (let more = true; more && connection === this.connection; ) {
            more = await this.fillOnce(room).catch(async (error) => {
                if (error instanceof NatterError && error.status === 404) return false;
                await this.wait(error, backoff);
                return true;
            });
        }
        if (this.filling.get(room) === connection) this.filling.delete(room);
    }

    private wait(error: unknown, backoff: Backoff): Promise<void> {
        const asked = error instanceof NatterError ? (error.retryAfter ?? 0) * 1000 : 0;
        return new Promise((resolve) => void this.clock.after(Math.max(asked, backoff.next()), resolve));
    }

    private async fillOnce(room: string): Promise<boolean> {
        const log = this.logs.get(room);
        if (!log || log.last === null) return false;
        const behind = this.ports.newestSeq(room) - log.last;
        if (behind > this.most) this.skip(room, log, log.last + behind - EVENTS_A_ROOM);
        const page = await this.ports.eventsAfter(room, log.last);
        if (this.logs.get(room) !== log) return false;
        const first = page.events[0];
        if (!first && log.hasHole) throw new NatterError("server.busy", "The server reads less than it has told.");
        if (first) this.handOut(log.skip(first.seq - 1), false);
        for (const event of page.events) this.handOut(log.offer(event), false);
        return page.has_more || log.hasHole;
    }

    private skip(room: string, log: RoomLog, seq: number): void {
        this.ports.onSkipped(room, seq);
        this.handOut(log.skip(seq), false);
    }

    private handOut(events: StoredEvent[], backlog: boolean): void {
        for (const event of events) this.ports.onEvent(event, backlog);
    }

    private log(room: string): RoomLog {
        let log = this.logs.get(room);
        if (!log) this.logs.set(room, (log = new RoomLog()));
        return log;
    }
}
