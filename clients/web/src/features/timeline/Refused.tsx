import { useRef } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { useRoomId } from "./room_id.js";

/** What one can do about it, where that is not plain. */
const HINTS: Partial<Record<string, Key>> = { "content.filtered": "message.refused.words", "newcomer.limited": "message.refused.newcomer" };
const ANSWERED_GONE = ["message.not_found", "message.deleted"];

/** Under a message that was not sent: why, and what can be done with it. Its words are never lost. */
export function Refused({ item }: { item: MessageItem }) {
    const app = useApp();
    const room = useRoomId();
    const place = useRef<HTMLSpanElement>(null);
    const error = item.error ?? "unknown";
    const hint = HINTS[error];
    const rewrite = () => {
        // What is pressed goes with the message; its words are in the field then.
        const field = place.current?.closest("section")?.querySelector<HTMLElement>(".composer-field");
        app.rewrite(room, item);
        field?.focus();
    };
    return (
        <span ref={place} className="message-failure small" role="alert">
            {item.replyTo !== null && ANSWERED_GONE.includes(error) ? t("message.refused.answer") : errorText(error)}
            {hint && ` ${t(hint)}`}
            <span className="message-failure-acts">
                <Button kind="link" testid="retry" onClick={() => app.retry(item.nonce)}>
                    {t("again")}
                </Button>
                {!item.poll && (
                    <Button kind="link" testid="rewrite" onClick={rewrite}>
                        {t("message.rewrite")}
                    </Button>
                )}
                <Button kind="link" testid="discard" onClick={() => app.discard(item.nonce)}>
                    {t("discard")}
                </Button>
            </span>
        </span>
    );
}
