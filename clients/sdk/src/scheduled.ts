import type { Feed } from "./feed.js";
import type { ScheduledMessage } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

const FAMILY = "scheduled";
/** The server forgets that it took one away so long after its time: what is older here was not heard of. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** A message that waits on the server for its time. */
export interface WaitingMessage {
    /** Names it, and will be the nonce of the message. */
    readonly nonce: string;
    readonly room: string;
    readonly text: string;
    readonly reply_to?: number;
    /** seq of the message whose thread it is sent to. */
    readonly thread?: number;
    /** RFC 3339; where a delay was asked for, by this device's clock until the server has told its own. */
    readonly at: string;
    /** Why it was refused when it was due; it is not tried again. */
    readonly problem?: string;
}

/** When a message is to be sent, and what goes with it. */
export interface SendLater {
    /** When, or after how many seconds by the server's clock. */
    when: Date | number;
    reply_to?: number;
    thread?: number;
    mentions?: string[];
}

/**
 * Messages that are sent later, by the server, also where no device is there. They are entries of the
 * person's feed, so that all devices see them, and each can take one back.
 */
export class Scheduled {
    constructor(
        private readonly feed: Pick<Feed, "all" | "put" | "withdraw">,
        private readonly now: () => number = Date.now,
    ) {}

    /** Those that wait, in all rooms, the next one first. */
    all(): WaitingMessage[] {
        const all = this.feed.all(FAMILY).flatMap(([key, value]) => waitingOf(key, value as Partial<ScheduledMessage>));
        const gone = new Date(this.now() - KEPT_MS).toISOString();
        return all.filter(({ at }) => at >= gone).sort((one, other) => (one.at < other.at ? -1 : 1));
    }

    /**
     * Has a text sent later. Resolves to its nonce when the server has it, or when it is kept to be told
     * later; rejects where the server refuses it, such as with `feed.full`.
     */
    async send(room: string, text: string, { when, reply_to, thread, mentions = [] }: SendLater): Promise<string> {
        const nonce = uuid7(this.now());
        const delay = typeof when === "number";
        const at = (delay ? new Date(this.now() + when * 1000) : when).toISOString();
        const content = { type: "text", text, ...(mentions.length > 0 && { mentions }) } as const;
        await this.feed.put(keyOf(room, nonce), { at, content, ...(delay && { delay_s: when }), ...(reply_to !== undefined && { reply_to }), ...(thread !== undefined && { thread }) });
        return nonce;
    }

    /**
     * Takes one back before it is sent. Resolves to whether it was; false: it went out already, or another
     * device took it back. Rejects where the server cannot be asked, such as with `connection.lost`.
     */
    cancel({ room, nonce }: Pick<WaitingMessage, "room" | "nonce">): Promise<boolean> {
        return this.feed.withdraw(keyOf(room, nonce));
    }
}

function keyOf(room: string, nonce: string): string {
    return `${FAMILY}:${room}.${nonce}`;
}

function waitingOf(key: string, { at, content, reply_to, thread, problem }: Partial<ScheduledMessage>): WaitingMessage[] {
    const name = key.slice(FAMILY.length + 1);
    const dot = name.indexOf(".");
    if (content?.type !== "text" || at === undefined) return [];
    return [{ room: name.slice(0, dot), nonce: name.slice(dot + 1), text: content.text, at, ...(reply_to !== undefined && { reply_to }), ...(thread !== undefined && { thread }), ...(problem !== undefined && { problem }) }];
}
