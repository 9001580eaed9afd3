import type { Message, NatterClient } from "@natternet/sdk";

/** Answers of so many threads wait for the word that one follows them. */
const EARLY = 20;

type Client = Pick<NatterClient, "on" | "threads" | "hidden" | "user" | "roomWishes">;

/**
 * Calls `listener` with what others say and the person wants to hear of: all that is said in rooms, and of the answers in
 * threads those that one follows or that call oneself. Not with what was missed. The function returned ends that.
 */
export function watchNews(client: Client, listener: (message: Message) => void): () => void {
    // That an answer makes one follow its thread is told right after it.
    const early = new Map<string, Message>();
    const ends = [
        client.on("message", ({ message, backlog }) => {
            const { room, thread } = message;
            const me = client.user?.id ?? "";
            if (backlog || message.sender === me || client.hidden.has(room, message.seq)) return;
            if (thread === undefined || client.roomWishes.calls(message, me) || client.threads.readOf(room, thread) !== null) return listener(message);
            early.delete(keyOf(room, thread));
            early.set(keyOf(room, thread), message);
            for (const key of [...early.keys()].slice(0, -EARLY)) early.delete(key);
        }),
        client.on("own", (key) => {
            const message = early.get(key);
            if (!message) return;
            early.delete(key);
            if (client.hidden.has(message.room, message.seq)) return;
            const read = client.threads.readOf(message.room, message.thread!);
            if (read !== null && read < (message.answers ?? 0)) listener(message);
        }),
    ];
    return () => ends.forEach((end) => end());
}

function keyOf(room: string, root: number): string {
    return `thread:${room}.${root}`;
}
