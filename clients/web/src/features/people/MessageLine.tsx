import type { ReactNode } from "react";
import { useShortTime } from "../../i18n/use_today.js";
import { hrefOf, routeOf, type Route } from "../../routes/route.js";
import type { Message } from "../../state/types.js";
import { usePerson } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import type { WhyGone } from "../../state/quotes.js";
import { goneWords } from "../text/gone_words.js";
import { plainText } from "../text/plain.js";
import { useNames } from "../text/names.js";
import { useShownWords } from "./Folded.js";
import { Between } from "./Between.js";
import "./people.css";

interface Props {
    /** Undefined: it is not known yet; or why it is gone. */
    message: Message | WhyGone | undefined;
    room: string;
    seq: number;
    /** Where it was said, if that is not plain. */
    where?: string;
    testid: string;
    /** Where it leads, if not to the message. */
    to?: Route;
    /** What can be done with it here. */
    children?: ReactNode;
}

/** A message told of elsewhere, on two lines; a press leads to it. */
export function MessageLine({ message, room, seq, where, testid, to, children }: Props) {
    const gone = typeof message === "string" ? message : null;
    const known = typeof message === "object" ? message : undefined;
    return (
        <li className="message-line" data-gone={gone ?? undefined} data-testid={testid} data-seq={seq}>
            {gone && !to ? (
                <em className="message-line-gone muted">{goneWords(gone)}</em>
            ) : (
                <a className="message-line-link" href={hrefOf(to ?? routeOf(known ?? { room, seq }))}>
                    {known ? <Known message={known} where={where} /> : <span className="muted">{gone ? goneWords(gone) : "…"}</span>}
                </a>
            )}
            {children}
        </li>
    );
}

function Known({ message, where }: { message: Message; where: string | undefined }) {
    const { nameOf } = useNames();
    const name = nameOf(usePerson(message.sender));
    const time = useShortTime(message.created_at);
    const words = useShownWords(message.sender, plainText(message.content.text));
    return (
        <>
            <Avatar id={message.sender} name={name} size="small" />
            <span className="message-line-text">
                <span className="message-line-head">
                    <bdi className="message-line-name one-line">{name}</bdi>
                    {where !== undefined && <Between />}
                    {where !== undefined && <bdi className="one-line muted">{where}</bdi>}
                    <time className="muted" dateTime={message.created_at}>
                        {time}
                    </time>
                </span>
                <span className="message-line-words" dir="auto">
                    {words}
                </span>
            </span>
        </>
    );
}
