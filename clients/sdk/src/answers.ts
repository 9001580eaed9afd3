import type { Message, MessageCreated, StoredEvent } from "./schema.gen.js";

/** A message in a thread. */
export type AnswerEvent = MessageCreated & { message: Message & { thread: number; answers: number } };

/** It is in a thread, and not among the room's own messages. */
export function isAnswer(event: StoredEvent): event is AnswerEvent {
    return event.type === "message.created" && event.message.thread !== undefined;
}

const TOLD = 3;

/** The root of a thread with what an answer says of it; the same object where it knows of a later one. */
export function withAnswer(root: Message, { message: answer }: AnswerEvent): Message {
    if ((root.answers ?? 0) >= answer.answers) return root;
    const others = (root.answered_by ?? []).filter((who) => who !== answer.sender);
    const answered_by = [answer.sender, ...others].slice(0, TOLD);
    return { ...root, answers: answer.answers, answered_at: answer.created_at, answered_by };
}

/** An edit with the answers that were known before, where those are more. */
export function withAnswersOf(message: Message, known: Message | undefined): Message {
    if (!known?.answered_at || (known.answers ?? 0) <= (message.answers ?? 0)) return message;
    const { answers, answered_at, answered_by } = known;
    return { ...message, answers: answers!, answered_at, answered_by: answered_by! };
}
