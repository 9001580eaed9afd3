import type { Api } from "./api.js";
import type {
    Done,
    ListPinsAnswer,
    ListReactionUsersAnswer,
    ListVersionsAnswer,
    ListVotersAnswer,
    Message,
    SearchAnswer,
    SearchQuery,
} from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/**
 * What people do with messages that are there. Every act carries a nonce, so that repeating it is harmless. All reject
 * with `room.not_found` where one is not in the room, and `message.not_found`; what changes something also with
 * `message.deleted`, and where one may not, or not just now, with `room.forbidden`, `room.archived`, `room.locked` or
 * `room.muted`. Further codes stand with the methods.
 */
export class Messages {
    constructor(private readonly api: Api) {}

    /** A message as it stands now. */
    get(room: string, seq: number): Promise<Message> {
        return this.api.call("GET", path(room, seq));
    }

    /**
     * Gives a message of one's own other words. `mentions` as when it was sent; nobody is called anew. Rejects with
     * `message.forbidden` of somebody else's, `message.too_late`, `mention.forbidden`, `content.filtered` and
     * `newcomer.limited`.
     */
    edit(room: string, seq: number, text: string, mentions: string[] = [], nonce = uuid7()): Promise<Message> {
        const body = { content: { type: "text", text, ...(mentions.length > 0 && { mentions }) }, nonce };
        return this.api.call("PATCH", path(room, seq), { body });
    }

    /** Deletes a message for everyone. Rejects with `message.forbidden` and `message.too_late`. */
    delete(room: string, seq: number, nonce = uuid7()): Promise<void> {
        return this.api.call("DELETE", path(room, seq), { body: { nonce } });
    }

    /**
     * Sends what a message says to another room: its words, and who said them first, but not where. Takes the
     * permission `forward` in the one and `write` in the other. Resolves to the new message. Rejects with
     * `room.slow_mode`, `content.filtered` and `newcomer.limited`.
     */
    forward(room: string, seq: number, to: string, nonce = uuid7()): Promise<Message> {
        return this.api.call("POST", `${path(room, seq)}/forward`, { body: { to, nonce } });
    }

    /** Puts an emoji on a message. Rejects with `reaction.too_many` and `emoji.unknown`. */
    react(room: string, seq: number, emoji: string, nonce = uuid7()): Promise<Done> {
        return this.api.call("PUT", `${path(room, seq)}/reactions/${encodeURIComponent(emoji)}`, { body: { nonce } });
    }

    /** Takes one's emoji off a message. Rejects with `reaction.not_found`. */
    unreact(room: string, seq: number, emoji: string, nonce = uuid7()): Promise<void> {
        return this.api.call("DELETE", `${path(room, seq)}/reactions/${encodeURIComponent(emoji)}`, { body: { nonce } });
    }

    /** Who put this emoji on the message. */
    reactionUsers(room: string, seq: number, emoji: string, cursor?: string): Promise<ListReactionUsersAnswer> {
        return this.api.call("GET", `${path(room, seq)}/reactions/${encodeURIComponent(emoji)}`, { query: { cursor } });
    }

    /**
     * Votes in a poll: options counted from 0, instead of what one chose before; none takes the vote back. With what one
     * had chosen as far as this device knows, `base`, it changes only what leads from there to `choices`. Rejects with
     * `poll.closed`, and `vote.not_found` where there is none to take back.
     */
    vote(room: string, seq: number, choices: number[], nonce = uuid7(), base?: number[]): Promise<Done> {
        return this.api.call("PUT", `${path(room, seq)}/vote`, { body: { choices, nonce, ...(base && { base }) } });
    }

    /**
     * Closes a poll before its time: one's own, or with the permission `delete` anybody's. Rejects with `poll.closed`.
     */
    closePoll(room: string, seq: number, nonce = uuid7()): Promise<Done> {
        return this.api.call("POST", `${path(room, seq)}/close`, { body: { nonce } });
    }

    /** Who chose this option. Fails with `poll.anonymous` where nobody is told. */
    voters(room: string, seq: number, option: number, cursor?: string): Promise<ListVotersAnswer> {
        return this.api.call("GET", `${path(room, seq)}/votes/${option}`, { query: { cursor } });
    }

    /** The pinned messages of a room, the last pinned first. */
    pins(room: string): Promise<ListPinsAnswer> {
        return this.api.call("GET", `/rooms/${encodeURIComponent(room)}/pins`);
    }

    /** Pins a message for all of the room; takes the permission `pin`. Rejects with `pin.too_many`. */
    pin(room: string, seq: number, nonce = uuid7()): Promise<Done> {
        return this.api.call("PUT", path(room, seq, "pins"), { body: { nonce } });
    }

    /** Pins it no longer. Rejects with `pin.not_found`. */
    unpin(room: string, seq: number, nonce = uuid7()): Promise<void> {
        return this.api.call("DELETE", path(room, seq, "pins"), { body: { nonce } });
    }

    /**
     * Messages by their words, in the rooms that one is in: `q` as people type it, with `from:`, `in:`, `before:`,
     * `after:` and `has:link`. All pages of one search have the same fields; a page may be short, or empty, before
     * `next` is null. Fails with `rate.limited`, `search.too_wide` or `field.invalid`.
     */
    search(asked: SearchQuery): Promise<SearchAnswer> {
        return this.api.call("GET", "/search", { query: { ...asked } });
    }

    /** What a message said before it was edited, oldest first; where there are more, those behind the version `after`. */
    versions(room: string, seq: number, after?: number): Promise<ListVersionsAnswer> {
        return this.api.call("GET", `${path(room, seq)}/versions`, { query: { after } });
    }
}

/** Of two copies of a message the newer one: they may come by any road, in any order. */
export function newerOf(one: Message, other: Message): Message {
    return (other.edit_seq ?? 0) >= (one.edit_seq ?? 0) ? other : one;
}

function path(room: string, seq: number, list = "messages"): string {
    return `/rooms/${encodeURIComponent(room)}/${list}/${seq}`;
}
