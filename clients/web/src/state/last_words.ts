import { isAnswer, type Message, type NatterClient, type StoredEvent } from "@natternet/sdk";

const PAGE = 20;
/** Who has deleted all of so many pages for themselves sees nothing of what is before them. */
const PAGES = 5;

type Client = Pick<NatterClient, "on" | "rooms" | "hidden">;

interface Found {
    /** The newest message, which is not shown. */
    readonly last: number;
    message: Message | undefined;
}

/** What was said last in a room, of what the person has not deleted for themselves. */
export class LastWords {
    /** By room, where the newest is not shown. */
    private readonly found = new Map<string, Found>();
    private readonly unread = new Set<string>();

    constructor(
        private readonly client: Client,
        /** It is something else now in this room. */
        private readonly onChange: (room: string) => void,
    ) {
        client.on("hidden", ({ room }) => this.forget(room));
        client.on("expired", ({ room }) => this.forget(room));
        client.on("rooms", (room) => !client.rooms.get(room) && this.found.delete(room)); // who comes back may read less of it
        client.on("event", ({ event }) => this.take(event));
        client.on("synced", () => {
            for (const room of this.unread) this.onChange(room);
            this.unread.clear();
        });
        client.on("signed_out", () => {
            this.found.clear();
            this.unread.clear();
        });
    }

    /** Undefined: nothing, or nothing yet; `onChange` tells when it is known. */
    in(room: string): Message | undefined {
        const last = this.client.rooms.lastMessage(room);
        if (!last || !this.client.hidden.has(room, last.seq)) return last;
        const known = this.found.get(room);
        if (known?.last === last.seq) return known.message;
        void this.look(room, last.seq);
        return undefined;
    }

    private forget(room: string): void {
        this.found.delete(room);
        this.onChange(room);
    }

    private take(event: StoredEvent): void {
        if (event.type !== "message.updated" && event.type !== "message.deleted") return;
        if (this.found.get(event.room)?.message?.seq === event.target) this.forget(event.room);
    }

    private async look(room: string, last: number): Promise<void> {
        const found: Found = { last, message: undefined };
        this.found.set(room, found);
        try {
            found.message = await this.before(room, last);
            if (this.found.get(room) === found) this.onChange(room);
        } catch {
            if (this.found.get(room) !== found) return;
            this.found.delete(room);
            this.unread.add(room); // at the next connect
        }
    }

    private async before(room: string, last: number): Promise<Message | undefined> {
        for (let [before, pages] = [last, 0]; pages < PAGES; pages += 1) {
            const page = await this.client.rooms.read(room, { before }, PAGE);
            const shown = page.events.findLast((event) => event.type === "message.created" && !isAnswer(event) && !this.client.hidden.has(room, event.seq));
            if (shown?.type === "message.created") return shown.message;
            if (!page.hasOlder) return undefined;
            before = page.from;
        }
        return undefined;
    }
}
