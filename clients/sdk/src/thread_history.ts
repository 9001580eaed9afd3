import { isTransient } from "./errors.js";
import type { Message, MessagePage, StoredEvent } from "./schema.gen.js";
import type { LocalStore } from "./store/local_store.js";
import { threadLog } from "./store/kept_threads.js";

/** The message that a thread is under, and some of its answers. */
export interface ThreadPage {
    root: Message;
    page: MessagePage;
}

export interface ThreadPorts {
    /** Brings what waits to be kept into the store. */
    flush(): Promise<void>;
    /** Keeps what the server told. */
    keep(root: Message, answers: readonly Message[]): void;
    root(room: string, seq: number): Promise<Message>;
    /** The last seq of a room that is known of. */
    last(room: string): number;
    page(room: string, root: number, position: { before?: number }, limit: number): Promise<MessagePage>;
}

/** Reads threads from the server and keeps what it tells; where that cannot be asked, what was kept is read. */
export class ThreadHistory {
    constructor(
        private readonly store: LocalStore,
        private readonly ports: ThreadPorts,
    ) {}

    async read(room: string, root: number, position: { before?: number }, limit: number): Promise<ThreadPage> {
        try {
            const last = this.ports.last(room);
            const [message, page] = await Promise.all([this.ports.root(room, root), this.ports.page(room, root, position, limit)]);
            // An edit or a deletion that came meanwhile may not be in what was told.
            if (this.ports.last(room) === last) this.ports.keep(message, page.messages);
            return { root: message, page };
        } catch (error) {
            const held = isTransient(error) ? await this.held(room, root, position, limit).catch(() => null) : null;
            if (held) return held;
            throw error;
        }
    }

    private async held(room: string, root: number, { before = Infinity }: { before?: number }, limit: number): Promise<ThreadPage | null> {
        await this.ports.flush();
        const log = threadLog(room, root);
        const message = (await this.message(log, root)) ?? (await this.message(room, root));
        if (!message) return null;
        const rows = (await this.store.events(log, root + 1, before - 1, limit, "newest")).flatMap(messageOf);
        const answers = unbroken(rows);
        const number = answers[0]?.answers ?? 1;
        // There are some, and none is held: that there were none would be a lie.
        if (answers.length === 0 && (before !== Infinity || (message.answers ?? 0) > 0)) return null;
        return { root: message, page: { messages: answers, has_older: number > 1, has_newer: false } };
    }

    private async message(log: string, seq: number): Promise<Message | undefined> {
        return (await this.store.events(log, seq, seq, 1, "oldest")).flatMap(messageOf)[0];
    }
}

function messageOf(event: StoredEvent): Message[] {
    return event.type === "message.created" ? [event.message] : [];
}

/** The last of them behind which none is missing: answers are numbered. */
function unbroken(answers: Message[]): Message[] {
    const gap = answers.findLastIndex((answer, at) => at > 0 && answer.answers !== answers[at - 1]!.answers! + 1);
    return answers.slice(Math.max(gap, 0));
}

