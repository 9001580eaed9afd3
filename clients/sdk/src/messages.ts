import type { Api } from "./api.js";
import type { ListVersionsAnswer, Message } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** What people do with messages that are there. Every act carries a nonce, so that repeating it is harmless. */
export class Messages {
    constructor(private readonly api: Api) {}

    /** A message as it stands now. */
    get(room: string, seq: number): Promise<Message> {
        return this.api.call("GET", path(room, seq));
    }

    /** Gives a message of one's own other words. */
    edit(room: string, seq: number, text: string, nonce = uuid7(Date.now())): Promise<Message> {
        const body = { content: { type: "text", text }, nonce };
        return this.api.call("PATCH", path(room, seq), { body });
    }

    /** Deletes a message for everyone. */
    delete(room: string, seq: number, nonce = uuid7(Date.now())): Promise<void> {
        return this.api.call("DELETE", path(room, seq), { body: { nonce } });
    }

    /** What a message said before it was edited, oldest first. */
    versions(room: string, seq: number): Promise<ListVersionsAnswer> {
        return this.api.call("GET", `${path(room, seq)}/versions`);
    }
}

/** Of two copies of a message the newer one: they may come by any road, in any order. */
export function newerOf(one: Message, other: Message): Message {
    return (other.edit_seq ?? 0) >= (one.edit_seq ?? 0) ? other : one;
}

function path(room: string, seq: number): string {
    return `/rooms/${encodeURIComponent(room)}/messages/${seq}`;
}
