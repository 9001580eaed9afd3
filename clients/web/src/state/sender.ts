import { NatterError, type NatterClient } from "@natternet/sdk";

type Client = Pick<NatterClient, "outbox" | "sendText">;

export interface Words {
    text: string;
    replyTo: number | null;
    /** Ids of members, `everyone` or `here`. */
    mentions: readonly string[];
    thread: number | null;
}

interface Waiting {
    words: Words;
    /** Null: it is still asked who they are. */
    found: string[] | null;
}

/** Sends texts in the order in which they were written, also those of which it is still asked whom they mention. */
export class Sender {
    /** By room, what is not with the client yet, in its order. */
    private readonly waiting = new Map<string, Waiting[]>();

    constructor(private readonly client: Client) {}

    /** `sought`: people of that name, of whom it is not known whether they are in the room. It does not fail. */
    send(room: string, words: Words, sought: Promise<string[]> | null): void {
        const one: Waiting = { words, found: sought ? null : [] };
        this.waiting.set(room, [...(this.waiting.get(room) ?? []), one]);
        void sought?.then((found) => {
            one.found = found;
            this.go(room);
        });
        this.go(room);
    }

    /** All that waits goes at once, with whom it is known to mention: the page goes away. */
    flush(): void {
        for (const [room, all] of this.waiting) {
            for (const one of all) one.found ??= [];
            this.go(room);
        }
    }

    /** Whoever wrote it is signed out: it is nobody else's. */
    forget(): void {
        this.waiting.clear();
    }

    private go(room: string): void {
        const all = this.waiting.get(room) ?? [];
        while (all[0]?.found) {
            const { words, found } = all.shift()!;
            this.put(room, words, found!);
        }
        if (all.length === 0) this.waiting.delete(room);
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
