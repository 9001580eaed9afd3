import { NatterError, type NatterClient } from "@natternet/sdk";

type Client = Pick<NatterClient, "outbox" | "sendText">;

export interface Words {
    text: string;
    replyTo: number | null;
    /** Ids of members, `everyone` or `here`. */
    mentions: readonly string[];
    thread: number | null;
}

/** Sends texts in the order in which they were written, also those of which it is still asked whom they mention. */
export class Sender {
    /** By room, what goes before the next text. */
    private readonly before = new Map<string, Promise<void>>();

    constructor(private readonly client: Client) {}

    /** `sought`: people of that name, of whom it is not known whether they are in the room. It does not fail. */
    send(room: string, words: Words, sought: Promise<string[]> | null): void {
        const before = this.before.get(room);
        if (!before && !sought) return this.put(room, words, []);
        const turn = Promise.all([sought ?? [], before]).then(([found]) => {
            this.put(room, words, found);
            if (this.before.get(room) === turn) this.before.delete(room);
        });
        this.before.set(room, turn);
    }

    /** What the server refuses because somebody is not in the room goes without those who were sought; the timeline shows all else that becomes of it. */
    private put(room: string, words: Words, sought: readonly string[]): void {
        const mentions = [...new Set([...words.mentions, ...sought])];
        const sent = this.client.sendText(room, words.text, words.replyTo ?? undefined, mentions, words.thread ?? undefined);
        const nonce = sought.length > 0 ? this.client.outbox.in(room).at(-1)?.nonce : undefined;
        sent.catch((error: unknown) => {
            if (nonce === undefined || !(error instanceof NatterError) || error.code !== "field.invalid") return;
            this.client.outbox.discard(nonce);
            this.put(room, words, []);
        });
    }
}
