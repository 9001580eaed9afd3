import { createdFrom, isAnswer, isMark, isTransient, newerOf, withActs, withAnswer, withMark, withReactionsOf, type Message, type MessageCreated, type MessagePage, type NatterClient, type StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { whyGone } from "./quotes.js";
import { Store, framed } from "./store.js";
import { answersOf, newestOf, withoutHidden, type TimelineItem } from "./timeline_items.js";
import { rowsOf, type TimelineRow } from "./timeline_rows.js";

export interface ThreadView {
    /** The message that it is under, as it stands now; null: not known yet. */
    root: Message | null;
    /** The same as it is shown; null also where one has deleted it for oneself. */
    first: TimelineRow | null;
    rows: readonly TimelineRow[];
    newest: TimelineItem | null;
    hasOlder: boolean;
    loading: boolean;
    /** Why the last reading failed. */
    error: string | null;
}

const PAGE = 50;

type Client = Pick<NatterClient, "on" | "rooms" | "threads" | "outbox" | "acts" | "hidden" | "user">;

/** The answers under one message: the newest, as many before them as were asked for, and what is on its way. */
export class Thread extends Store<ThreadView> {
    private readonly answers = new Map<number, MessageCreated>();
    private opened = false;
    private reading: Promise<void> | null = null;
    /** What came while a page was being read, which may be without it. */
    private early: StoredEvent[] = [];
    readonly refresh = framed(() => {
        if (this.get().root) this.show({});
    });

    constructor(
        private readonly client: Client,
        readonly room: string,
        readonly root: number,
        /** The message that it is under, where that is in memory anyway. */
        private readonly heldRoot: () => Message | undefined = () => undefined,
    ) {
        super({ root: null, first: null, rows: [], newest: null, hasOlder: false, loading: false, error: null });
    }

    /** An answer that is here. */
    holds(seq: number): boolean {
        return this.answers.has(seq);
    }

    /** It is on the screen. */
    async open(): Promise<void> {
        if (!this.opened) await this.read({});
    }

    async older(): Promise<void> {
        if (this.get().hasOlder) await this.read({ before: this.first });
    }

    /** It is on the screen, for this answer: reads back as far as that. */
    async reach(seq: number): Promise<void> {
        await this.open();
        while (!this.holds(seq) && seq < this.first && this.get().hasOlder && this.get().error === null) await this.older();
    }

    /** Reads anew what may have changed unseen, or could not be read. */
    async again(): Promise<void> {
        if (this.opened || this.get().error !== null) await this.read({});
    }

    /** What is that old is shown no more; nor is anything under a message that is. */
    expire(through: number): void {
        const isGone = (createdAt: string) => Date.parse(createdAt) <= through;
        const { root } = this.get();
        if (root && isGone(root.created_at)) {
            this.answers.clear();
            this.opened = false;
            return this.update({ root: null, first: null, rows: [], newest: null, hasOlder: false, error: "message.not_found" });
        }
        for (const [seq, answer] of this.answers) if (isGone(answer.created_at)) this.answers.delete(seq);
        this.refresh();
    }

    /** Takes what came by in the room. */
    take(event: StoredEvent): void {
        if (event.room !== this.room) return;
        if (this.reading) this.early.push(event);
        this.apply(event);
    }

    private apply(event: StoredEvent): void {
        if (isAnswer(event) && event.message.thread === this.root) {
            if (!this.holds(event.seq)) this.answers.set(event.seq, event);
            const { root } = this.get();
            if (root) this.update({ root: withAnswer(root, event) });
            return this.refresh();
        }
        const target = isMark(event) ? event.target : event.type === "message.updated" || event.type === "message.deleted" ? event.target : null;
        if (target === null) return;
        const [{ root }, held] = [this.get(), this.answers.get(target)];
        if (root?.seq === target) this.update({ root: this.revised(root, event) });
        if (held) this.answers.set(target, { ...held, message: this.revised(held.message, event) });
        if (held || root?.seq === target) this.refresh();
    }

    /** The person sees the last answer. */
    seen(): void {
        const { root } = this.get();
        if (root && this.opened) void this.client.threads.read(this.room, this.root, root.answers ?? 0).catch(() => {}); // told again with the next
    }

    private revised(known: Message, event: StoredEvent): Message {
        if (isMark(event)) return withMark(known, event, this.me);
        if ((event.type !== "message.updated" && event.type !== "message.deleted") || !event.message) return known;
        return newerOf(known, event.message) === known ? known : withReactionsOf(event.message, known);
    }

    private get first(): number {
        return Math.min(...this.answers.keys());
    }

    private get me(): string {
        return this.client.user?.id ?? "";
    }

    private read(position: { before?: number }): Promise<void> {
        if (!this.opened && whyGone(this.client.rooms.get(this.room), this.root)) return Promise.resolve(this.update({ error: "message.not_found" }));
        this.reading ??= this.readPage(position).finally(() => (this.reading = null));
        return this.reading;
    }

    private async readPage(position: { before?: number }): Promise<void> {
        this.early = [];
        const root = this.get().root ?? this.heldRoot();
        if (root) this.show({ root, loading: true, error: null });
        else this.update({ loading: true, error: null });
        try {
            const { root, page } = await this.client.threads.open(this.room, this.root, position, PAGE);
            const begins = (position.before === undefined && this.leaveGap(page)) || position.before !== undefined || !this.opened;
            for (const message of page.messages) this.answers.set(message.seq, createdFrom(message) as MessageCreated);
            this.opened = true;
            this.show({ root, loading: false, ...(begins && { hasOlder: page.has_older }) });
            for (const event of this.early) this.apply(event);
        } catch (error) {
            if (!isTransient(error)) this.opened = false;
            // What is on its way is shown even where nothing else can be.
            this.show({ loading: false, error: codeOf(error) });
        }
    }

    /** Lets go of what is held before a page of the newest that does not touch it. Returns whether it did. */
    private leaveGap({ messages, has_older }: MessagePage): boolean {
        const first = messages[0]?.seq;
        if (first === undefined || !has_older || this.holds(first)) return false;
        for (const seq of this.answers.keys()) if (seq < first) this.answers.delete(seq);
        return true;
    }

    /** Without what leads to the thread: one is there. */
    private rootRow(root: Message): TimelineRow | null {
        const { answers: _, answered_at: __, answered_by: ___, ...bare } = root;
        return rowsOf(answersOf([createdFrom(bare) as MessageCreated], [], this.me), null).find(({ kind }) => kind === "message") ?? null;
    }

    private show(change: Partial<ThreadView>): void {
        const acts = this.client.acts.in(this.room);
        const known = [...this.answers.values()].sort((one, other) => one.seq - other.seq);
        const seqs = new Set(acts.map(({ seq }) => seq));
        const events = known.map((event) => (seqs.has(event.seq) ? { ...event, message: withActs(event.message, acts) } : event));
        const outbox = this.client.outbox.in(this.room).filter(({ thread }) => thread === this.root);
        const items = answersOf(events, outbox, this.me);
        const isHidden = (seq: number) => this.client.hidden.has(this.room, seq);
        const shown = withoutHidden(items, isHidden);
        const root = change.root ?? this.get().root;
        this.update({ ...change, first: root && !isHidden(root.seq) ? this.rootRow(withActs(root, acts)) : null, rows: rowsOf(shown, null, this.get().rows), newest: newestOf(items, shown) });
    }
}
