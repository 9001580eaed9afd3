import { isPollEvent, withPollEvent, type PollEvent } from "./polls.js";
import { isReaction, withReaction, type ReactionEvent } from "./reactions.js";
import type { Message, StoredEvent } from "./schema.gen.js";

/** An event about what people put on a message, `target`: emoji, and votes. */
export type MarkEvent = ReactionEvent | PollEvent;

/** Whether it is one of those. */
export function isMark(event: StoredEvent): event is MarkEvent {
    return isReaction(event) || isPollEvent(event);
}

/** The message with what the event says; the same object where that is older than what is known. `me`: whose copy it is. */
export function withMark(message: Message, event: MarkEvent, me: string): Message {
    return isPollEvent(event) ? withPollEvent(message, event, me) : withReaction(message, event, me);
}
