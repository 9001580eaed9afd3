import type { StoredEvent } from "./schema.gen.js";

/**
 * One room's events on their way to the program: put in order of `seq`, each once. What came too
 * early waits here until the events before it have been fetched.
 */
export class RoomLog {
    private lastSeq: number | null = null;
    private readonly early = new Map<number, StoredEvent>();

    /** The last event handed out with none missing before it; null before the log was anchored. */
    get last(): number | null {
        return this.lastSeq;
    }

    /** Events wait for others that are missing. */
    get hasHole(): boolean {
        return this.early.size > 0;
    }

    /** The lowest seq that waits. */
    get firstEarly(): number | null {
        return this.early.size > 0 ? Math.min(...this.early.keys()) : null;
    }

    /** Takes everything up to `seq` as known, where nothing was known before. */
    anchor(seq: number): StoredEvent[] {
        this.lastSeq ??= seq;
        return this.ready();
    }

    /** Events up to `seq` are no longer to be had (pruned): does not wait for them. */
    skip(seq: number): StoredEvent[] {
        if (this.lastSeq !== null) this.lastSeq = Math.max(this.lastSeq, seq);
        return this.ready();
    }

    /** Takes an event; returns those that may now be handed out, in order. */
    offer(event: StoredEvent): StoredEvent[] {
        if (this.lastSeq !== null && event.seq <= this.lastSeq) return [];
        this.early.set(event.seq, event);
        return this.ready();
    }

    private ready(): StoredEvent[] {
        const events: StoredEvent[] = [];
        if (this.lastSeq === null) return events;
        for (const seq of this.early.keys()) if (seq <= this.lastSeq) this.early.delete(seq);
        for (let next; (next = this.early.get(this.lastSeq + 1)); ) {
            events.push(next);
            this.early.delete(next.seq);
            this.lastSeq = next.seq;
        }
        return events;
    }
}
