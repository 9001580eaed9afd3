import type { Message, NatterClient, SearchQuery, SearchResult, StoredEvent } from "@natternet/sdk";
import { dayStart } from "./day.js";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

/** What is looked for, as the person entered it. */
export interface Asked {
    /** Words, phrases and operators. */
    text: string;
    /** A room's id; empty: all. */
    room: string;
    /** Days on the person's own calendar, YYYY-MM-DD, both included; empty: any. */
    since: string;
    until: string;
    links: boolean;
    best: boolean;
}

export interface MessageSearchView {
    asked: Asked;
    results: readonly SearchResult[];
    /** Where it goes on; null: there is no more. */
    next: string | null;
    searching: boolean;
    /** What is shown answers what is asked. */
    settled: boolean;
    error: string | null;
}

const NOTHING: Asked = { text: "", room: "", since: "", until: "", links: false, best: false };
const EMPTY: MessageSearchView = { asked: NOTHING, results: [], next: null, searching: false, settled: false, error: null };
/** Long enough not to ask for every letter. */
const PAUSE_MS = 250;
/** A page may be empty before the end: so many are asked for at a time. */
const TRIES = 5;

type Client = Pick<NatterClient, "on" | "messages" | "hidden">;

/** Finds messages while somebody says what to look for; what was found stays until something else is asked. */
export class MessageSearch extends Store<MessageSearchView> {
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly client: Client) {
        super(EMPTY);
        client.on("event", ({ event }) => this.take(event));
        client.on("expired", ({ room, through }) => {
            const stays = (message: Message) => message.room !== room || Date.parse(message.created_at) > through;
            this.update({ results: this.get().results.filter(({ message }) => stays(message)) });
        });
        client.on("hidden", ({ room, seq }) => this.reveal(room, seq));
        client.on("signed_out", () => this.set(EMPTY));
    }

    ask(change: Partial<Asked>): void {
        const asked = { ...this.get().asked, ...change };
        clearTimeout(this.timer);
        if (!saysSomething(asked)) return this.set({ ...EMPTY, asked });
        this.update({ asked, searching: true, settled: false, error: null });
        this.timer = setTimeout(() => void this.fetch(asked, null), PAUSE_MS);
    }

    /** The next page, behind what is there. */
    async more(): Promise<void> {
        const { asked, next, searching } = this.get();
        if (next === null || searching) return;
        this.update({ searching: true, error: null });
        await this.fetch(asked, next);
    }

    private async fetch(asked: Asked, cursor: string | null): Promise<void> {
        try {
            const found = await this.page(asked, cursor);
            if (this.get().asked !== asked) return;
            const before = cursor === null ? [] : this.get().results;
            const shown = found.results.filter(({ message }) => !this.client.hidden.has(message.room, message.seq));
            this.update({ results: [...before, ...shown], next: found.next, searching: false, settled: true });
        } catch (error) {
            if (this.get().asked !== asked) return;
            this.update({ searching: false, error: codeOf(error) });
        }
    }

    private async page(asked: Asked, cursor: string | null) {
        let found = await this.client.messages.search(queryOf(asked, cursor));
        for (let tries = 1; found.results.length === 0 && found.next !== null && tries < TRIES; tries++) {
            found = await this.client.messages.search(queryOf(asked, found.next));
        }
        return found;
    }

    /** What the person deletes for themselves goes; what they want to see again is asked for anew. */
    private reveal(room: string, seq: number): void {
        const { results, asked } = this.get();
        if (!this.client.hidden.has(room, seq)) return void (saysSomething(asked) && this.ask({ ...asked }));
        const others = results.filter(({ message }) => message.room !== room || message.seq !== seq);
        if (others.length < results.length) this.update({ results: others });
    }

    /** What is deleted goes; what is edited may be found no more, and is asked for anew. */
    private take(event: StoredEvent): void {
        if (event.type !== "message.deleted" && event.type !== "message.updated") return;
        const { results, asked } = this.get();
        const others = results.filter(({ message }) => message.room !== event.room || message.seq !== event.target);
        if (others.length === results.length) return;
        if (event.type === "message.deleted") this.update({ results: others });
        else this.ask({ ...asked });
    }
}

function saysSomething({ text, since, until, links }: Asked): boolean {
    return text.trim() !== "" || since !== "" || until !== "" || links;
}

function queryOf({ text, room, since, until, links, best }: Asked, cursor: string | null): SearchQuery {
    return {
        q: text.trim(),
        ...(room && { room }),
        ...(since && { after: dayStart(since, 0) }),
        ...(until && { before: dayStart(until, 1) }),
        ...(links && { has: "link" }),
        ...(best && { order: "best" }),
        ...(cursor !== null && { cursor }),
    };
}
