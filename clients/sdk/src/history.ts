import { isTransient } from "./errors.js";
import type { Message, MessagePage, StoredEvent } from "./schema.gen.js";
import type { LocalStore } from "./store/local_store.js";
import { spanAt, type Span } from "./store/spans.js";

/** Where in a room's history to read; without one, the newest. */
export type Position = { before?: number; after?: number; around?: number };

/** A stretch of a room's log, as far as it was read. */
export interface LogPage {
    /** Ascending by seq: messages, and what else happened where that is known. */
    events: StoredEvent[];
    /** From the first to the last of these seqs no message is missing. */
    from: number;
    to: number;
    hasOlder: boolean;
    hasNewer: boolean;
}

export interface HistoryPorts {
    /** Brings what waits to be kept into the store. */
    flush(): Promise<void>;
    /** Keeps a page in which no message is missing. */
    keep(room: string, events: readonly StoredEvent[], from: number, to: number): void;
    fetch(room: string, position: Position, limit: number): Promise<MessagePage>;
    /** The first and the last seq of a room. */
    ends(room: string): { first: number; last: number } | undefined;
    /** What was sent in the room at or before that is gone, in milliseconds. */
    goneThrough(room: string): number;
    /** Something of the room is given out that was sent then. */
    onHeld(room: string, createdAt: string): void;
}

/**
 * Reads history from the local store where that has it, else from the server, whose answer is
 * kept. A stretch that the store holds is never asked for again.
 */
export class History {
    constructor(
        private readonly store: LocalStore,
        private readonly ports: HistoryPorts,
    ) {}

    async read(room: string, position: Position, limit: number): Promise<LogPage> {
        const page = fresh(await this.readAll(room, position, limit), this.ports.goneThrough(room));
        if (page.events[0]) this.ports.onHeld(room, page.events[0].created_at);
        return page;
    }

    private async readAll(room: string, position: Position, limit: number): Promise<LogPage> {
        await this.ports.flush();
        const held = await this.held(room, position, limit).catch(() => null);
        if (held && !held.stale) return held.page;
        try {
            return await this.fetch(room, position, limit);
        } catch (error) {
            if (held && isTransient(error)) return held.page; // what there is, better than nothing
            throw error;
        }
    }

    /** `stale`: newer ones exist that are not held. */
    private async held(room: string, position: Position, limit: number): Promise<{ page: LogPage; stale: boolean } | null> {
        const spans = await this.store.spans(room);
        const { first, last } = this.ports.ends(room) ?? { first: 1, last: 0 };
        const newest = Object.keys(position).length === 0;
        const at = newest ? (spans.at(-1)?.[1] ?? 0) : seqOf(position);
        const span = spanAt(spans, at);
        if (!span) return null;
        const events = await this.rows(room, span, position, at, limit);
        if (events.length === 0) return null;
        const page = pageOf(events, span, position, at, limit);
        return { page: { ...page, hasOlder: page.from > first, hasNewer: page.to < last }, stale: newest && page.to < last };
    }

    private async rows(room: string, [first, last]: Span, position: Position, at: number, limit: number): Promise<StoredEvent[]> {
        if (position.after !== undefined) return this.store.events(room, at, last, limit, "oldest");
        if (position.around === undefined) return this.store.events(room, first, at, limit, "newest");
        const half = Math.ceil(limit / 2);
        const [older, newer] = await Promise.all([
            this.store.events(room, first, at - 1, half, "newest"),
            this.store.events(room, at, last, half, "oldest"),
        ]);
        return [...older, ...newer];
    }

    private async fetch(room: string, position: Position, limit: number): Promise<LogPage> {
        const ends = this.ports.ends(room);
        const answer = await this.ports.fetch(room, position, limit);
        const events = answer.messages.map(createdFrom);
        const first = events[0]?.seq ?? seqOf(position);
        const last = events.at(-1)?.seq ?? seqOf(position);
        const from = answer.has_older ? Math.min(first, position.after === undefined ? first : position.after + 1) : (ends?.first ?? 1);
        const end = position.before === undefined ? Math.max(last, ends?.last ?? last) : position.before - 1;
        const to = answer.has_newer && position.before === undefined ? last : end;
        if (from <= to) this.ports.keep(room, events, from, to);
        return { events, from, to, hasOlder: answer.has_older, hasNewer: answer.has_newer };
    }
}

/** A page without what is too old; before that there is nothing. */
function fresh(page: LogPage, through: number): LogPage {
    if (through === -Infinity) return page;
    const stays = page.events.findIndex((event) => Date.parse(event.created_at) > through);
    if (stays === 0 || page.events.length === 0) return page;
    const events = stays < 0 ? [] : page.events.slice(stays);
    return { ...page, events, from: events[0]?.seq ?? page.to + 1, hasOlder: false };
}

/** The seq that the page must hold. */
function seqOf({ before, after, around }: Position): number {
    if (before !== undefined) return before - 1;
    return after !== undefined ? after + 1 : (around ?? 0);
}

function pageOf(events: StoredEvent[], span: Span, position: Position, at: number, limit: number): Pick<LogPage, "events" | "from" | "to"> {
    const [first, last] = [events[0]!.seq, events.at(-1)!.seq];
    if (position.after !== undefined) return { events, from: at, to: events.length < limit ? span[1] : last };
    if (position.around === undefined) return { events, from: events.length < limit ? span[0] : first, to: at };
    const older = events.filter(({ seq }) => seq < at).length;
    const half = Math.ceil(limit / 2);
    return { events, from: older < half ? span[0] : first, to: events.length - older < half ? span[1] : last };
}

/** A message of a page as the event that it was. */
export function createdFrom(message: Message): StoredEvent {
    const { room, seq, count, sender, created_at, nonce } = message;
    return { type: "message.created", room, seq, count, sender, created_at, nonce, message };
}
