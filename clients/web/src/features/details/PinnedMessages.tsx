import { useEffect, useMemo } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useAnswers, useApp, useStore } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { MessageLine } from "../people/MessageLine.js";

/** What is pinned in a room, the last pinned first. */
export function PinnedMessages({ room }: { room: string }) {
    const app = useApp();
    const pins = useMemo(() => app.pins(room), [app, room]);
    const { messages, error } = useStore(pins);
    const { pins: mayPin } = useAnswers(room);
    const unpin = useAction((seq: number) => pins.toggle(seq));
    useEffect(() => pins.open(), [pins]);
    return (
        <section className="details-part" aria-label={t("pins.title")}>
            <h3>{t("pins.title")}</h3>
            <Problem text={unpin.error && errorText(unpin.error)} />
            {error && (
                <p className="muted small">
                    {errorText(error)} <Button kind="link" onClick={() => pins.open()}>{t("again")}</Button>
                </p>
            )}
            {messages?.length === 0 && <p className="muted small">{t(mayPin ? "pins.none" : "pins.none.yet")}</p>}
            <ul role="list" className="pinned-list" data-testid="pinned-list">
                {messages?.map((message) => (
                    <MessageLine key={message.seq} message={message} room={room} seq={message.seq} testid="pinned-message">
                        {mayPin && <IconButton icon="pinOff" label={t("message.unpin")} size="small" testid="unpin" disabled={unpin.busy} onClick={() => void unpin.run(message.seq)} />}
                    </MessageLine>
                ))}
            </ul>
        </section>
    );
}
