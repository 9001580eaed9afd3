import { NatterError, type Message, type NatterClient, type StoredEvent } from "@natternet/sdk";
import { Store, coalesced } from "./store.js";
import { itemsOf, type TimelineItem } from "./timeline_items.js";
import { rowsOf, type TimelineRow } from "./timeline_rows.js";

export interface TimelineView {
    rows: TimelineRow[];
    /** The newest of other people's messages, for those who listen rather than look. */
    newest: TimelineItem | null;
    hasOlder: boolean;
    loading: boolean;
    /** Why the last reading failed. */
    error: string | null;
}

const PAGE = 50;

type Client = Pick<NatterClient, "on" | "rooms" | "outbox" | "user" | "markRead">;

/**
 * One room's messages: history pages, what came live, and what is on its way, as one list. Live
 * events are contiguous up to the newest, so history only ever has to be read backwards.
 */
export class Timeline extends Store<TimelineView> {
    private readonly messages = new Map<number, Message>();
    private readonly notices = new Map<number, StoredEvent>();
    private shown = false;
    private opened = false;
    /** Others' messages after this seq were unread when the room was opened. */
    private newAfter: number | null = null;
    readonly refresh = coalesced(() => {
        if (this.shown) this.update(this.content());
    });

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ rows: [], newest: null, hasOlder: true, loading: false, error: null });
    }

    /** Takes what came by. Only a room that is open need show it. */
    take(event: StoredEvent): void {
        if (event.type === "message.created") this.messages.set(event.seq, event.message);
        else this.notices.set(event.seq, event);
        this.refresh();
    }

    /** The room is on the screen. */
    async open(): Promise<void> {
        const room = this.client.rooms.get(this.room);
        this.newAfter = room && room.unread > 0 ? room.read_seq : null;
        this.shown = true;
        this.refresh();
        await this.readNewest();
    }

    async older(): Promise<void> {
        const oldest = this.oldest();
        const { hasOlder, loading } = this.get();
        if (this.opened && hasOlder && !loading && oldest !== null) await this.read({ before: oldest });
    }

    /** Tries again what failed. */
    async again(): Promise<void> {
        if (this.get().error !== null) await (this.opened ? this.older() : this.readNewest());
    }

    /** The person sees the newest message. */
    seen(): void {
        const room = this.client.rooms.get(this.room);
        if (room) this.client.markRead(this.room, room.last_seq);
    }

    private async readNewest(): Promise<void> {
        if (this.opened) return;
        this.opened = true;
        this.opened = await this.read({});
    }

    private async read(position: { before?: number }): Promise<boolean> {
        this.update({ loading: true, error: null });
        try {
            const page = await this.client.rooms.history(this.room, position, PAGE);
            for (const message of page.messages) this.messages.set(message.seq, message);
            this.update({ loading: false, hasOlder: page.has_older, ...this.content() });
            return true;
        } catch (error) {
            this.update({ loading: false, error: error instanceof NatterError ? error.code : "unknown" });
            return false;
        }
    }

    private content(): Pick<TimelineView, "rows" | "newest"> {
        const me = this.client.user?.id ?? "";
        const items = itemsOf(this.messages, this.notices, this.client.outbox.in(this.room), me);
        const newest = items.findLast((item) => item.kind === "message" && !item.mine) ?? null;
        return { rows: rowsOf(items, this.newAfter), newest };
    }

    private oldest(): number | null {
        return this.messages.size > 0 ? Math.min(...this.messages.keys()) : null;
    }
}
