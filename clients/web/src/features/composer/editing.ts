import type { AppState } from "../../state/app_state.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { Store } from "../../state/store.js";

export interface Edited {
    room: string;
    seq: number;
    text: string;
}

/** The message that the field is about, where it is not about a new one. */
export const editing = new Store<Edited | null>(null);

export function beginEditing(room: string, { seq, text }: Pick<MessageItem, "seq" | "text">): void {
    if (seq !== null) editing.set({ room, seq, text });
}

/** What is written next answers this message; an edit that is under way is left for it. */
export function beginReply(app: AppState, room: string, seq: number): void {
    endEditing();
    app.reply(room, seq);
}

export function endEditing(): void {
    editing.set(null);
}
