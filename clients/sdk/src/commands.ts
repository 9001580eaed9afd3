import type { PendingAct } from "./acts.js";
import { NatterError } from "./errors.js";
import type { Line } from "./line.js";
import type { OutboxEntry } from "./outbox.js";
import type * as t from "./schema.gen.js";

/** Until the server has said what it takes. */
const FRAME_BYTES = 65_536;
/** Room for the command around the content. */
const FRAME_MARGIN = 512;

/** What is on its way, as commands to the server. Each resolves with its answer, and rejects with a NatterError. */
export class Commands {
    private frameBytes = FRAME_BYTES;

    constructor(private readonly link: Pick<Line, "call">) {}

    connected(limits: Readonly<Record<string, number>>): void {
        this.frameBytes = limits["frame_bytes"] ?? FRAME_BYTES;
    }

    tellRead(room: string, seq: number): Promise<t.RoomReadReply> {
        return this.link.call("room.read", { room, seq });
    }

    /** Null: it was gone already. */
    async tellFeed(key: string, value: object | null, rev?: number): Promise<number | null> {
        const fields = { key, ...(rev !== undefined && { rev }) };
        const told = value ? this.link.call("feed.put", { ...fields, value }) : this.link.call("feed.delete", fields);
        return (await told.catch((error) => ifGone(error, "feed.not_found")))?.rev ?? null;
    }

    async perform({ room, seq, nonce, ...act }: PendingAct): Promise<number> {
        const at = { room, seq, nonce };
        switch (act.do) {
            case "edit":
                return (await this.link.call("message.edit", { ...at, content: act.content })).seq;
            case "delete":
                return (await this.link.call("message.delete", at)).seq;
            case "react":
            case "unreact":
                return (await this.link.call(`message.${act.do}`, { ...at, emoji: act.emoji })).seq;
            case "vote":
                return (await this.link.call("poll.vote", { ...at, choices: [...act.choices], ...(act.base && { base: [...act.base] }) })).seq;
            case "close":
                return (await this.link.call("poll.close", at)).seq;
            case "pin":
            case "unpin":
                return (await this.link.call(`message.${act.do}`, at)).seq;
        }
    }

    transmit(entry: OutboxEntry): Promise<t.MessageSendReply> {
        const { room, nonce, content, reply_to, thread } = entry;
        // The server closes on a frame too large, and sending again would only repeat that.
        const bytes = new TextEncoder().encode(JSON.stringify(content)).length;
        if (bytes > this.frameBytes - FRAME_MARGIN) {
            return Promise.reject(new NatterError("request.too_large", "The message is too long."));
        }
        return this.link.call("message.send", { room, nonce, content, ...(reply_to !== undefined && { reply_to }), ...(thread !== undefined && { thread }) });
    }
}

/** Null instead of an error that says that what was asked for is not there. */
export function ifGone(error: unknown, code: t.ErrorCode): null {
    if (error instanceof NatterError && error.code === code) return null;
    throw error;
}
