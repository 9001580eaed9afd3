import { atTime, type Clock } from "./clock.js";
import type { StoredEvent } from "./schema.gen.js";
import type { LocalStore } from "./store/local_store.js";

export interface AgeingPorts {
    /** How long a room keeps what is said, in seconds; 0: for ever. */
    keptFor(room: string): number;
    /** Brings what waits to be kept into the store. */
    flush(): Promise<void>;
    /** What was sent in a room at or before `through` (milliseconds) is gone; `last`: the newest of it that was held. */
    onGone(room: string, through: number, last: StoredEvent | null): void;
}

const ROWS = 200;

/**
 * Lets what is too old go by itself, at its time, wherever this client has it: the server gives it to nobody from then
 * on, but tells nobody either. By the server's clock.
 */
export class Ageing {
    /** Of rooms that keep nothing for ever: when what is held of them was sent, the oldest of it. */
    private readonly oldest = new Map<string, number>();
    /** Rooms of which something was let go in this run. */
    private readonly lessened = new Set<string>();
    private cancel: (() => void) | null = null;
    /** For when the timer is set; it may find nothing to do. */
    private planned = Infinity;
    private closed = false;
    /** Grows when all is forgotten: what was under way then plans nothing more. */
    private run = 0;

    constructor(
        private readonly store: LocalStore,
        private readonly clock: Clock,
        private readonly ports: AgeingPorts,
    ) {}

    /** What was sent at or before that is gone; -Infinity: nothing is. */
    goneThrough(room: string): number {
        const seconds = this.ports.keptFor(room);
        return seconds > 0 ? this.clock.now() - seconds * 1_000 : -Infinity;
    }

    /** Something of this room is held here. */
    held(room: string, createdAt: string): void {
        if (this.ports.keptFor(room) === 0) return;
        const at = Date.parse(createdAt);
        if (at >= (this.oldest.get(room) ?? Infinity)) return;
        this.oldest.set(room, at);
        this.planFor(this.dueOf(room, at));
    }

    /** A room may keep things for another time than before, or was held by an earlier run. */
    look(room: string): void {
        if (this.ports.keptFor(room) === 0) return;
        this.oldest.set(room, 0); // whatever there is
        this.planFor(0);
    }

    /** The clock was ahead: of these rooms too much may have been let go. */
    takeLessened(): string[] {
        const rooms = [...this.lessened];
        this.lessened.clear();
        return rooms;
    }

    /** A client may be opened again after it was closed. */
    open(): void {
        this.closed = false;
    }

    /** Answers may still come in; a timer for them would keep the program from ending. */
    close(): void {
        this.clear();
        this.closed = true;
    }

    clear(): void {
        this.run += 1;
        this.oldest.clear();
        this.lessened.clear();
        this.cancel?.();
        this.cancel = null;
        this.planned = Infinity;
    }

    /** When what was sent at `at` has to go. */
    private dueOf(room: string, at: number): number {
        return at + this.ports.keptFor(room) * 1_000;
    }

    /** Looks then, if nothing is to be looked at before: one room is cheap, however many others there are. */
    private planFor(due: number): void {
        if (this.closed || due >= this.planned) return;
        this.cancel?.();
        this.planned = due;
        this.cancel = due === Infinity ? null : atTime(this.clock, due, () => void this.letGo());
    }

    private async letGo(): Promise<void> {
        const { run } = this;
        for (const [room, at] of [...this.oldest]) {
            const through = this.goneThrough(room);
            if (at > through) continue;
            this.oldest.delete(room);
            const { last, next } = await this.split(room, through).catch(() => ({ last: null, next: null }));
            if (run !== this.run) return;
            this.lessened.add(room);
            this.ports.onGone(room, through, last);
            // Without a store nobody knows what is held: it is looked at again when what comes now is old.
            this.held(room, next?.created_at ?? new Date(this.clock.now()).toISOString());
        }
        this.planned = Infinity;
        let first = Infinity;
        for (const [room, at] of this.oldest) first = Math.min(first, this.dueOf(room, at));
        this.planFor(first);
    }

    /** The newest of what is held and gone, and the oldest of what stays. */
    private async split(room: string, through: number): Promise<{ last: StoredEvent | null; next: StoredEvent | null }> {
        await this.ports.flush();
        let last: StoredEvent | null = null;
        for (;;) {
            const rows: StoredEvent[] = await this.store.events(room, (last?.seq ?? 0) + 1, Infinity, ROWS, "oldest");
            const stays = rows.findIndex((row) => Date.parse(row.created_at) > through);
            last = (stays < 0 ? rows.at(-1) : rows[stays - 1]) ?? last;
            if (stays >= 0 || rows.length < ROWS) return { last, next: rows[stays] ?? null };
        }
    }
}
