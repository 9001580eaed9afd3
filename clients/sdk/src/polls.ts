import type { Message, PollClosed, PollContent, PollResult, PollVoted, StoredEvent } from "./schema.gen.js";

/** What moves how a poll stands. */
export type PollEvent = PollVoted | PollClosed;

/** Who votes in an anonymous poll, as far as anybody is told. */
export const NOBODY = "00000000000";

/** Whether it is one of those. */
export function isPollEvent(event: StoredEvent): event is PollEvent {
    return event.type === "poll.voted" || event.type === "poll.closed";
}

/**
 * A poll as a message tells it: with the counts that are known. `mine` is left out where it is not known, as
 * nobody is told of votes in anonymous polls: `client.lookAtVote()` asks.
 */
export interface PollState extends Omit<PollResult, "mine"> {
    /** What is asked, and how. */
    readonly content: PollContent;
    /** What one chose oneself; options counted from 0. */
    readonly mine?: number[];
}

/** How a poll stands, as far as this copy of its message says; null: it is none. */
export function pollOf({ content, poll }: Message): PollState | null {
    if (content.type !== "poll") return null;
    if (poll) {
        const { mine, ...rest } = poll;
        return { content, ...rest, counts: content.options.map((_, at) => poll.counts[at] ?? 0), ...(isKnown(content, poll) && { mine }) };
    }
    return { content, counts: content.options.map(() => 0), voters: 0, seq: 0, ...(!content.anonymous && { mine: [] }) };
}

/** Whether nobody votes in it any more. */
export function isPollClosed({ content, closed_at }: PollState, now: number): boolean {
    return closed_at !== undefined || (content.closes_at !== undefined && now >= Date.parse(content.closes_at));
}

/** A message with what an event says of its poll; the same object where that is older than what is known. `me`: whose copy it is. */
export function withPollEvent(message: Message, event: PollEvent, me: string): Message {
    if (message.content.type !== "poll") return message;
    const known: PollResult = message.poll ?? { counts: [], voters: 0, seq: 0, mine: [], ...(message.content.anonymous && { mine_seq: UNKNOWN }) };
    const told = event.type === "poll.voted" ? withVote(known, event, me) : withEnd(known, event);
    return told === known ? message : { ...message, poll: told };
}

/** An event that says no more than what somebody has chosen in an anonymous poll: for their own copy of it. */
export function ownVote(room: string, target: number, seq: number, choices: number[], me: string): PollVoted {
    return { type: "poll.voted", room, seq, count: 0, sender: me, created_at: "", target, choices, counts: [], voters: 0 };
}

/** What one chose oneself may be something else. */
const UNKNOWN = -1;

function isKnown(content: PollContent, poll: PollResult): boolean {
    return !content.anonymous || poll.mine_seq !== UNKNOWN;
}

function withVote(known: PollResult, event: PollVoted, me: string): PollResult {
    const { counts, voters } = event;
    const counted = counts !== undefined && voters !== undefined && counts.length > 0 && event.seq > known.seq;
    const own = event.sender === me && event.choices !== undefined && event.seq > (known.mine_seq ?? UNKNOWN);
    if (!counted && !own) return known;
    return {
        ...known,
        ...(counted && { counts, voters, seq: event.seq }),
        ...(own && { mine: event.choices!, mine_seq: event.seq }),
    };
}

function withEnd(known: PollResult, event: PollClosed): PollResult {
    if (known.closed_at !== undefined) return known;
    return { ...known, seq: Math.max(known.seq, event.seq), closed_at: event.created_at, closed_by: event.sender };
}

/** As it stands when somebody's own vote is this one. */
export function withOwnChoices(message: Message, choices: readonly number[]): Message {
    if (message.content.type !== "poll") return message;
    const { counts, voters, mine, ...rest } = pollOf(message)!;
    const before = mine ?? [];
    const moved = counts.map((count, at) => count + Number(choices.includes(at)) - Number(before.includes(at)));
    const { content: _, ...result } = rest;
    return { ...message, poll: { ...result, counts: moved, voters: voters + Number(choices.length > 0) - Number(before.length > 0), mine: [...choices], mine_seq: Math.max(rest.mine_seq ?? 0, 0) } };
}
