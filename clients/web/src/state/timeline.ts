import { withActs, type LogPage, type MarkEvent, type Message, type NatterClient, type Position, type StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { LogWindow } from "./log_window.js";
import { whyGone, type WhyGone } from "./quotes.js";
import { Store, framed } from "./store.js";
import { itemsOf, newestOf, withoutHidden, type TimelineItem } from "./timeline_items.js";
import { rowsOf, type TimelineRow } from "./timeline_rows.js";

export interface TimelineView {
    /** A row is the same object as long as nothing of it changed. */
    rows: readonly TimelineRow[];
    /** The newest of other people's messages, for those who listen rather than look. */
    newest: TimelineItem | null;
    hasOlder: boolean;
    /** The rows do not reach the newest message: `newer()` reads on, `toNewest()` goes there. */
    hasNewer: boolean;
    loading: boolean;
    /** Why the last reading failed. */
    error: string | null;
    /** When the room was opened, messages of others after this seq were unread; null: none were. */
    newAfter: number | null;
    /** How often one has sent something while it was held here: each time what is there by then is looked at. */
    sent: number;
    /** Where a jump went, once that is loaded; another object for each jump. */
    target: { readonly seq: number } | null;
    /** Where a jump could not go, and why; another object for each jump. */
    missing: { readonly why: WhyGone } | null;
}

const PAGE = 50;

type Client = Pick<NatterClient, "on" | "rooms" | "outbox" | "acts" | "hidden" | "user" | "markRead">;

/** One room's messages: a stretch of its log, and what is on its way, as one list. */
export class Timeline extends Store<TimelineView> {
    private readonly window = new LogWindow();
    /** What came while the first page was being read. */
    private early: StoredEvent[] | null = null;
    private opened = false;
    private reading: Promise<boolean> | null = null;
    /** What puts another stretch in place, one after the other. */
    private queue: Promise<void> = Promise.resolve();
    /** Counts where the person wanted to go: only the last of it is gone to. */
    private wanted = 0;
    /** What to do again where it failed. */
    private failed: (() => Promise<unknown>) | null = null;
    readonly refresh = framed(() => {
        if (this.opened) this.update(this.content());
    });

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ rows: [], newest: null, hasOlder: true, hasNewer: false, loading: false, error: null, newAfter: null, sent: 0, target: null, missing: null });
    }

    private get me(): string {
        return this.client.user?.id ?? "";
    }

    /** A message that is held here. */
    message(seq: number): Message | undefined {
        return this.window.message(seq);
    }

    /** Takes what came by. Only a room that has been opened need know of it. */
    take(event: StoredEvent): void {
        if (this.early) this.early.push(event);
        else if (this.opened && this.window.take(event, this.me)) this.refresh();
    }

    /** Takes what is told of a message beside the log. */
    takeMark(event: MarkEvent): void {
        if (this.opened && this.window.takeMark(event, this.me)) this.refresh();
    }

    /** What is that old is shown no more. */
    expire(through: number): void {
        if (this.opened && this.window.expire(through)) this.refresh();
    }

    /** Events up to `seq` went by unseen, edits of what is shown here perhaps: reads it anew, at its place. */
    async skipped(seq: number): Promise<void> {
        if (!this.opened || this.window.first > seq) return;
        const around = this.window.last;
        await this.inTurn(() => this.begin({ around }, () => this.skipped(seq)));
    }

    /** The room is on the screen. */
    async open(): Promise<void> {
        const room = this.client.rooms.get(this.room);
        this.update({ newAfter: room && room.unread > 0 ? room.read_seq : null, target: null });
        if (!this.opened) this.early ??= [];
        if (!this.opened || this.window.hasNewer) return this.toNewest();
        this.window.seen();
        this.refresh();
    }

    async older(): Promise<void> {
        const { first, hasOlder } = this.window;
        if (!this.opened || !hasOlder || this.reading) return;
        // Apart from what comes at the other end: a list can keep its place in one change at a time.
        if (this.window.leaveNewest()) this.update(this.content());
        await this.grow({ before: first });
    }

    async newer(): Promise<void> {
        const { last, hasNewer } = this.window;
        if (this.opened && hasNewer && !this.reading) await this.grow({ after: last });
    }

    /** Goes to a message by its seq, wherever it is. */
    async jumpTo(seq: number): Promise<void> {
        await this.go(async () => {
            if (!this.opened || !this.window.holds(seq)) await this.begin({ around: seq }, () => this.jumpTo(seq));
            const there = this.window.events.some((event) => event.seq === seq);
            const hidden = this.client.hidden.has(this.room, seq);
            if (there && !hidden) this.update({ ...this.content(), target: { seq } });
            else if (this.opened && this.get().error === null) this.update({ missing: { why: hidden ? "hidden" : (whyGone(this.client.rooms.get(this.room), seq) ?? "unknown") } });
        });
    }

    /** Goes to the newest messages. */
    async toNewest(): Promise<void> {
        await this.go(async () => {
            if (!this.opened || this.window.hasNewer) await this.begin({}, () => this.toNewest());
        });
    }

    /** Tries again what failed. */
    async again(): Promise<void> {
        if (this.get().error !== null) await this.failed?.();
    }

    /** The person has just sent something here. */
    sent(): void {
        this.update({ sent: this.get().sent + 1 });
    }

    /** The person has seen everything up to this message. */
    sawTo(seq: number): void {
        if (this.opened) this.client.markRead(this.room, seq);
    }

    /** The person sees the last row. */
    seen(): void {
        if (!this.opened) return;
        if (this.window.seen()) this.refresh();
        if (this.window.hasNewer) void this.newer();
        const last = this.client.rooms.get(this.room)?.last_seq ?? 0;
        this.client.markRead(this.room, this.window.hasNewer ? this.window.last : last);
    }

    /** Goes there, unless the person by then wants to be elsewhere. */
    private go(act: () => Promise<void>): Promise<void> {
        const wanted = ++this.wanted;
        return this.inTurn(async () => {
            if (wanted === this.wanted) await act();
        });
    }

    private inTurn(act: () => Promise<void>): Promise<void> {
        this.queue = this.queue.then(async () => {
            while (this.reading) await this.reading;
            await act();
        });
        return this.queue;
    }

    /** Reads a stretch that stands for itself, instead of what there was. */
    private async begin(position: Position, again: () => Promise<unknown>): Promise<void> {
        const early = (this.early ??= []);
        await this.read(position, again, (page) => {
            this.window.replace(page);
            this.opened = true;
            for (const event of early) this.window.take(event, this.me);
        });
        if (this.early === early) this.early = null;
    }

    private async grow(position: Position): Promise<void> {
        await this.read(position, () => this.grow(position), (page) => this.window.add(page));
    }

    private read(position: Position, again: () => Promise<unknown>, take: (page: LogPage) => void): Promise<boolean> {
        this.update({ loading: true, error: null });
        const reading = this.client.rooms.read(this.room, position, PAGE).then(
            (page) => {
                take(page);
                this.update({ loading: false, ...this.content() });
                return true;
            },
            (error: unknown) => {
                this.failed = again;
                // What is on its way is shown even where nothing else can be.
                this.update({ loading: false, error: codeOf(error), ...this.content() });
                return false;
            },
        );
        this.reading = reading.finally(() => (this.reading = null));
        return this.reading;
    }

    /** What is being done to messages counts as done. */
    private asWanted(events: readonly StoredEvent[]): readonly StoredEvent[] {
        const acts = this.client.acts.in(this.room);
        if (acts.length === 0) return events;
        const seqs = new Set(acts.map(({ seq }) => seq));
        return events.map((event) => (event.type === "message.created" && seqs.has(event.seq) ? { ...event, message: withActs(event.message, acts) } : event));
    }

    private content(): Pick<TimelineView, "rows" | "newest" | "hasOlder" | "hasNewer"> {
        const { hasOlder, hasNewer, events } = this.window;
        // What is on its way comes behind everything else: not behind a gap.
        const items = itemsOf(this.asWanted(events), hasNewer ? [] : this.client.outbox.in(this.room), this.me, hasOlder);
        const shown = withoutHidden(items, (seq) => this.client.hidden.has(this.room, seq));
        return { rows: rowsOf(shown, this.get().newAfter, this.get().rows), newest: newestOf(items, shown), hasOlder, hasNewer };
    }
}
