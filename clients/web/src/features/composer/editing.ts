import type { AppState } from "../../state/app_state.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { placeOf } from "../../state/place.js";
import { Store } from "../../state/store.js";

export interface Edited {
    room: string;
    /** The message whose thread it is in. */
    thread: number | null;
    seq: number;
    text: string;
    createdAt: string;
}

/** The message that the field is about, where it is not about a new one. */
export const editing = new Store<Edited | null>(null);

export function beginEditing(room: string, { seq, text, thread, createdAt }: Pick<MessageItem, "seq" | "text" | "thread" | "createdAt">): void {
    if (seq !== null) editing.set({ room, thread, seq, text, createdAt });
}

/** What is written next answers this message; an edit that is under way is left for it. */
export function beginReply(app: AppState, room: string, { seq, thread }: Pick<MessageItem, "seq" | "thread">): void {
    endEditing();
    if (seq !== null) app.reply(placeOf(room, thread), seq);
}

/** Ends what is edited in this room or thread. */
export function endEditingIn(room: string, thread: number | null): void {
    const now = editing.get();
    if (now?.room === room && now.thread === thread) endEditing();
}

export function endEditing(): void {
    editing.set(null);
}
