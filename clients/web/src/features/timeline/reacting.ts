import { errorText } from "../../i18n/mod.js";
import { codeOf } from "../../state/error_code.js";
import { Store } from "../../state/store.js";
import type { AppState } from "../../state/app_state.js";
import { toast } from "../../ui/toast.js";

/** The message that an emoji is being picked for, and beside what. */
export const picking = new Store<{ room: string; seq: number; anchor: HTMLElement } | null>(null);
/** The message whose reactions are being looked at. */
export const shownReactors = new Store<{ room: string; seq: number } | null>(null);

/** The message of which it is asked who has read it. */
export const shownReaders = new Store<{ room: string; seq: number } | null>(null);

/** What is offered without a search. */
export const QUICK = ["👍", "❤️", "😂", "🎉", "😮", "😢"] as const;

const underWay = new Set<string>();

/** Puts an emoji on a message or takes it off, once however often it is pressed; says so where that fails. */
export function react(app: AppState, room: string, seq: number, emoji: string, on: boolean): void {
    const key = `${room} ${seq} ${emoji}`;
    if (underWay.has(key)) return;
    underWay.add(key);
    app.react(room, seq, emoji, on)
        .catch((error: unknown) => toast(errorText(codeOf(error))))
        .finally(() => underWay.delete(key));
}
