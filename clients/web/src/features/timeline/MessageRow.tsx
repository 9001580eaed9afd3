import { dateAndTime, errorText, t, timeOfDay } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useApp, usePerson } from "../../state/use.js";
import { Avatar, hueOf } from "../../ui/Avatar.js";
import { Icon } from "../../ui/Icon.js";
import { nameOf } from "../people/names.js";
import { MessageText } from "./MessageText.js";

interface Props {
    item: MessageItem;
    first: boolean;
    last: boolean;
    group: boolean;
}

const MARKS = { pending: "clock", sent: "check", failed: "alert" } as const;

/** A message, with who said it and when; one's own with what became of it. */
export function MessageRow({ item, first, last, group }: Props) {
    const showsSender = group && !item.mine;
    return (
        <li
            className="message"
            data-testid="message"
            data-state={item.state}
            data-seq={item.seq ?? undefined}
            data-mine={item.mine}
            data-first={first}
            data-last={last}
        >
            {showsSender && <span className="message-avatar">{last && <SenderAvatar id={item.sender} />}</span>}
            <div className="bubble">
                {!item.mine && <SenderName id={item.sender} shown={showsSender && first} />}
                <MessageText text={item.text} />
                <span className="message-meta">
                    <time dateTime={item.createdAt} title={dateAndTime(item.createdAt)}>
                        {timeOfDay(item.createdAt)}
                    </time>
                    {item.mine && (
                        <span className="message-mark" role="img" aria-label={t(`message.${item.state}`)} title={t(`message.${item.state}`)}>
                            <Icon name={MARKS[item.state]} />
                        </span>
                    )}
                </span>
            </div>
            {item.state === "failed" && <Failure nonce={item.nonce} error={item.error ?? "unknown"} />}
        </li>
    );
}

function SenderAvatar({ id }: { id: string }) {
    return <Avatar id={id} name={nameOf(usePerson(id))} small />;
}

function SenderName({ id, shown }: { id: string; shown: boolean }) {
    const name = nameOf(usePerson(id));
    return (
        <bdi className={shown ? "message-sender" : "hidden-visually"} data-hue={hueOf(id)}>
            {name}
        </bdi>
    );
}

function Failure({ nonce, error }: { nonce: string; error: string }) {
    const app = useApp();
    return (
        <span className="message-failure small" role="alert">
            {errorText(error)}
            <button type="button" className="button" data-kind="link" data-testid="retry" onClick={() => app.retry(nonce)}>
                {t("again")}
            </button>
            <button type="button" className="button" data-kind="link" data-testid="discard" onClick={() => app.discard(nonce)}>
                {t("discard")}
            </button>
        </span>
    );
}
