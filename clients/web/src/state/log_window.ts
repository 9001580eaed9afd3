import { isAnswer, isMark, newerOf, withAnswer, withMark, withReactionsOf, type LogPage, type MarkEvent, type Message, type StoredEvent } from "@natternet/sdk";

/** Events that may be added at the end while nobody looks; the rest is read when somebody does. */
const UNSEEN = 2_000;
/** Who reads back far leaves the newest behind: past twice as many, so many are held. */
const BACK = 800;
/** At the end no more than this is held; twice as much is cut to it. */
const HELD = 600;

/**
 * A stretch of a room's log without a hole: what a timeline shows. It grows at both ends by pages,
 * and at the newest by what comes live.
 */
export class LogWindow {
    /** Ascending by seq; anew after each change. */
    events: readonly StoredEvent[] = [];
    /** Everything between these seqs is here. */
    private from = 0;
    private to = 0;
    private unseen = 0;
    hasOlder = true;
    /** The stretch does not reach the newest event. */
    hasNewer = false;

    get first(): number {
        return this.from;
    }

    get last(): number {
        return this.to;
    }

    holds(seq: number): boolean {
        return this.from <= seq && seq <= this.to;
    }

    /** Takes this page instead of all there was. */
    replace(page: LogPage): void {
        [this.events, this.from, this.to] = [page.events, page.from, page.to];
        this.hasOlder = page.hasOlder;
        this.hasNewer = page.hasNewer;
        this.unseen = 0;
    }

    /** Adds a page that touches; what it has anew replaces what was there. */
    add(page: LogPage): void {
        const known = this.events.filter(({ seq }) => seq < page.from || seq > page.to);
        const other = this.events.filter((event) => event.seq >= page.from && event.seq <= page.to && event.type !== "message.created");
        this.events = merged(known, merged(other, page.events));
        if (page.from <= this.from) this.hasOlder = page.hasOlder;
        if (page.to >= this.to) this.hasNewer = page.hasNewer;
        this.from = Math.min(this.from, page.from);
        this.to = Math.max(this.to, page.to);
    }

    /** Takes an event that came by. `me`: who looks. Returns whether anything changed. */
    take(event: StoredEvent, me: string): boolean {
        const revised = this.revise(event, me);
        return this.place(event) || revised;
    }

    /** Takes what is about a message, and no event of the log. */
    takeMark(event: MarkEvent, me: string): boolean {
        return this.revise(event, me);
    }

    /** What was sent at or before then, in milliseconds, is gone, and so is all before it. */
    expire(through: number): boolean {
        const stays = this.events.findIndex(({ created_at }) => Date.parse(created_at) > through);
        if (stays === 0 || this.events.length === 0) return false;
        this.events = stays < 0 ? [] : this.events.slice(stays);
        this.from = this.events[0]?.seq ?? this.to + 1;
        this.hasOlder = false;
        return true;
    }

    message(seq: number): Message | undefined {
        const known = this.events.find((event) => event.seq === seq);
        return known?.type === "message.created" ? known.message : undefined;
    }

    /** A message that is here changed; one further back comes with its page. */
    private revise(event: StoredEvent, me: string): boolean {
        const target = targetOf(event);
        const at = target === null ? -1 : this.events.findIndex(({ seq }) => seq === target);
        const known = this.events[at];
        if (known?.type !== "message.created") return false;
        const message = revised(known.message, event, me);
        if (message === known.message) return false;
        this.events = this.events.with(at, { ...known, message });
        return true;
    }

    private place(event: StoredEvent): boolean {
        if (event.seq > this.to + 1 || (event.seq === this.to + 1 && this.unseen >= UNSEEN)) {
            const news = !this.hasNewer;
            this.hasNewer = true;
            return news;
        }
        if (event.seq < this.from) return false;
        if (isAnswer(event)) {
            // Shown in its thread alone: it takes no room from what is shown here. Whoever looks at the room has read up to it.
            const news = event.seq > this.to;
            this.to = Math.max(this.to, event.seq);
            return news;
        }
        if (event.seq <= this.to) {
            if (this.events.some(({ seq }) => seq === event.seq)) return false;
            this.events = merged(this.events, [event]);
            return true;
        }
        this.events = [...this.events, event];
        this.to = event.seq;
        this.unseen += 1;
        return true;
    }

    /** Somebody is about to read on at the oldest end: what is far below can be read again. */
    leaveNewest(): boolean {
        if (this.events.length <= 2 * BACK) return false;
        this.events = this.events.slice(0, BACK);
        this.to = this.events.at(-1)!.seq;
        this.hasNewer = true;
        return true;
    }

    /** The newest of it is on the screen: what is far above can be read again. */
    seen(): boolean {
        this.unseen = 0;
        if (this.events.length <= 2 * HELD) return false;
        this.events = this.events.slice(-HELD);
        this.from = this.events[0]!.seq;
        this.hasOlder = true;
        return true;
    }
}

/** The message that an event changes, if it is one that does. */
function targetOf(event: StoredEvent): number | null {
    if (event.type === "message.updated" || event.type === "message.deleted") return event.target;
    if (isAnswer(event)) return event.message.thread;
    return isMark(event) ? event.target : null;
}

function revised(known: Message, event: StoredEvent, me: string): Message {
    if (isMark(event)) return withMark(known, event, me);
    if (isAnswer(event)) return withAnswer(known, event);
    if ((event.type !== "message.updated" && event.type !== "message.deleted") || !event.message) return known;
    return newerOf(known, event.message) === known ? known : withReactionsOf(event.message, known);
}

function merged(a: readonly StoredEvent[], b: readonly StoredEvent[]): StoredEvent[] {
    const last = a.at(-1);
    const first = b[0];
    if (!last || !first || last.seq < first.seq) return [...a, ...b];
    if (b.at(-1)!.seq < a[0]!.seq) return [...b, ...a];
    return [...a, ...b].sort((x, y) => x.seq - y.seq);
}
