import { errorText } from "../../i18n/mod.js";
import type { Draft } from "../../state/drafts.js";
import { placeOf } from "../../state/place.js";
import { codeOf, useApp } from "../../state/use.js";
import { toast } from "../../ui/toast.js";

/** Has the draft of a room or thread sent later; where that is refused it comes back, if nothing else was begun. */
export function useSendLater(room: string, thread: number | null, draft: Draft, keep: (draft: Draft) => void): (text: string, when: Date | number, mentions: string[]) => void {
    const app = useApp();
    return (text, when, mentions) => {
        if (text === "") return;
        const { replyTo } = draft;
        keep({ text: "", replyTo: null });
        app.waiting.send(room, text, { when, ...(replyTo !== null && { reply_to: replyTo }), ...(thread !== null && { thread }), mentions }).catch((error: unknown) => {
            toast(errorText(codeOf(error)));
            if (app.draft(placeOf(room, thread)).text === "") keep(draft);
        });
    };
}
