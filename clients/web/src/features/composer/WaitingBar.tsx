import { useRef } from "react";
import type { WaitingMessage } from "../../state/types.js";
import { dateAndTime, untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { toast } from "../../ui/toast.js";
import { plainText } from "../text/plain.js";

/** One's messages that wait for their time, or were refused when it came. What is taken back is a draft again. */
export function WaitingBar({ room, thread }: { room: string; thread: number | null }) {
    const app = useApp();
    const waiting = useStore(app.waiting).filter((one) => one.room === room && (one.thread ?? null) === thread);
    if (waiting.length === 0) return null;
    return (
        <ul className="waiting-list" role="list" aria-label={t("later.waiting")}>
            {waiting.map((message) => (
                <WaitingLine key={message.nonce} message={message} />
            ))}
        </ul>
    );
}

function WaitingLine({ message }: { message: WaitingMessage }) {
    const app = useApp();
    const line = useRef<HTMLLIElement>(null);
    const cancel = useAction(async () => {
        // The line goes with what it tells of: its words are in the field then.
        const field = line.current?.closest("section")?.querySelector<HTMLElement>(".composer-field");
        if (await app.takeBack(message)) field?.focus();
        else toast(t("later.gone"));
    });
    const problem = message.problem ?? cancel.error;
    return (
        <li ref={line} className="waiting small" data-testid="waiting" data-problem={message.problem}>
            <Icon name={problem === null ? "clock" : "alert"} />
            <span className="waiting-what">
                <bdi className="one-line">{plainText(message.text)}</bdi>
                <span className="muted" title={dateAndTime(message.at)} role={cancel.error === null ? undefined : "alert"}>
                    {problem === null ? untilText(message.at) : errorText(problem)}
                </span>
            </span>
            <Button kind="link" testid="waiting-cancel" disabled={cancel.busy} onClick={() => void cancel.run()}>
                {t("later.cancel")}
            </Button>
        </li>
    );
}
