import type { WaitingMessage } from "../../state/types.js";
import { dateAndTime, untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { codeOf, useApp, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { toast } from "../../ui/toast.js";
import { plainText } from "../timeline/plain.js";

/** One's messages that wait for their time, or were refused when it came. What is taken back is a draft again. */
export function WaitingBar({ room, thread }: { room: string; thread: number | null }) {
    const app = useApp();
    const waiting = useStore(app.waiting).filter((one) => one.room === room && (one.thread ?? null) === thread);
    if (waiting.length === 0) return null;
    const cancel = (message: WaitingMessage) => {
        app.takeBack(message).then(
            (back) => back || toast(t("later.gone")),
            (error: unknown) => toast(errorText(codeOf(error))),
        );
    };
    return (
        <ul className="waiting-list" role="list" aria-label={t("later.waiting")}>
            {waiting.map((message) => (
                <li key={message.nonce} className="waiting small" data-testid="waiting" data-problem={message.problem}>
                    <Icon name={message.problem === undefined ? "clock" : "alert"} />
                    <span className="waiting-what">
                        <bdi className="one-line">{plainText(message.text)}</bdi>
                        <span className="muted" title={dateAndTime(message.at)}>
                            {message.problem === undefined ? untilText(message.at) : errorText(message.problem)}
                        </span>
                    </span>
                    <Button kind="link" testid="waiting-cancel" onClick={() => cancel(message)}>
                        {t("later.cancel")}
                    </Button>
                </li>
            ))}
        </ul>
    );
}
