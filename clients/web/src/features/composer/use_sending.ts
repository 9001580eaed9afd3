import { useRef } from "react";
import { errorText } from "../../i18n/mod.js";
import type { Draft } from "../../state/drafts.js";
import { codeOf } from "../../state/error_code.js";
import { placeOf } from "../../state/place.js";
import { useApp, useStore } from "../../state/use.js";
import { toast } from "../../ui/toast.js";

interface Sending {
    /** For so many seconds what is sent as one wishes waits, to be taken back; 0: not at all. */
    undo: number;
    asWished(text: string, mentions: string[], sought: Promise<string[]> | null): void;
    now(text: string, mentions: string[], sought: Promise<string[]> | null): void;
    /** At a time, or so many seconds from now on; where that is refused it comes back, if nothing else was begun. */
    later(text: string, when: Date | number, mentions: string[], sought: Promise<string[]> | null): void;
}

/** Has the draft of a room or thread sent. */
export function useSending(room: string, thread: number | null, draft: Draft, keep: (draft: Draft) => void): Sending {
    const app = useApp();
    const undo = useStore(app.undo);
    const replyTo = draft.replyTo !== null && app.quotes.isGone(room, draft.replyTo) ? null : draft.replyTo;
    const now: Sending["now"] = (text, mentions, sought) => app.send(room, text, replyTo, mentions, thread, sought);
    const turn = useRef<Promise<unknown>>(Promise.resolve()); // one after the other, as they were sent
    const later: Sending["later"] = (text, when, mentions, sought) => {
        if (text === "") return;
        keep({ text: "", replyTo: null });
        const where = { ...(replyTo !== null && { reply_to: replyTo }), ...(thread !== null && { thread }) };
        const before = turn.current;
        const sent = (async () => {
            const [found] = await Promise.all([sought ?? [], before]);
            await app.waiting.send(room, text, { when, ...where, mentions: [...new Set([...mentions, ...found])] });
        })();
        turn.current = sent.catch((error: unknown) => {
            toast(errorText(codeOf(error)));
            if (app.draft(placeOf(room, thread)).text === "") keep(draft);
        });
    };
    // What waits for the connection can be taken back anyway.
    const asWished: Sending["asWished"] = (text, mentions, sought) => (undo > 0 && app.connection.get() === "online" ? later(text, undo, mentions, sought) : now(text, mentions, sought));
    return { undo, asWished, now, later };
}
