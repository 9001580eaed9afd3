import { errorText } from "../../i18n/mod.js";
import type { Draft } from "../../state/drafts.js";
import { codeOf, useApp } from "../../state/use.js";
import { toast } from "../../ui/toast.js";

/** Has the room's draft sent later; where that is refused it comes back, if nothing else was begun. */
export function useSendLater(room: string, draft: Draft, keep: (draft: Draft) => void): (text: string, when: Date | number, mentions: string[]) => void {
    const app = useApp();
    return (text, when, mentions) => {
        if (text === "") return;
        const { replyTo } = draft;
        keep({ text: "", replyTo: null });
        app.waiting.send(room, text, { when, ...(replyTo !== null && { reply_to: replyTo }), mentions }).catch((error: unknown) => {
            toast(errorText(codeOf(error)));
            if (app.draft(room).text === "") keep(draft);
        });
    };
}
