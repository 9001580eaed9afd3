import { withAnswersOf } from "./answers.js";
import type { Message, Reaction, ReactionAdded, ReactionRemoved, StoredEvent } from "./schema.gen.js";

/** Somebody puts an emoji on a message, or takes it off. */
export type ReactionEvent = ReactionAdded | ReactionRemoved;

/** Whether it is one of those. */
export function isReaction(event: StoredEvent): event is ReactionEvent {
    return event.type === "reaction.added" || event.type === "reaction.removed";
}

/**
 * A message with what an event says of the emoji on it; the same object where that is older than
 * what is known. `me`: whose copy it is. An emoji that nobody has put there any more stays, with a
 * count of 0, so that an older event does not bring it back.
 */
export function withReaction(message: Message, event: ReactionEvent, me: string): Message {
    const all = message.reactions ?? [];
    const known = all.find(({ emoji }) => emoji === event.emoji);
    if (message.deleted_at !== undefined || (known && known.seq >= event.seq)) return message;
    const added = event.type === "reaction.added";
    const mine = event.sender === me ? added : (known?.mine ?? false);
    const now: Reaction = { emoji: event.emoji, count: event.people, seq: event.seq, mine };
    // One that is put there anew comes last, as the server tells it.
    const others = all.filter((one) => one !== known);
    const reactions = known && known.count > 0 ? all.map((one) => (one === known ? now : one)) : [...others, now];
    return { ...message, reactions };
}

/** An edit with what was on the message before, emoji and answers: events tell them apart from its words. */
export function withReactionsOf(message: Message, known: Message | undefined): Message {
    const told = withAnswersOf(message, known);
    const edited = known?.poll && !told.poll && told.deleted_at === undefined ? { ...told, poll: known.poll } : told;
    if (message.reactions || message.deleted_at !== undefined || !known?.reactions) return edited;
    return { ...edited, reactions: known.reactions };
}

/** The emoji on a message that somebody has put there. */
export function reactionsOf(message: Message): readonly Reaction[] {
    const all = message.reactions ?? NONE;
    return all.some(({ count }) => count === 0) ? all.filter(({ count }) => count > 0) : all;
}

const NONE: readonly Reaction[] = [];
