import type { SearchResult } from "@natternet/sdk";
import { useMemo } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useShortTime } from "../../i18n/use_today.js";
import { hrefOf, routeOf } from "../../routes/route.js";
import { useContacts, useMe, usePerson, useRoom } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { Between } from "../people/Between.js";
import { useNames } from "../text/names.js";
import { withoutMarks, withoutSpoilers } from "./excerpt.js";

/** A message that was found: who, where, when, and the words; it leads to its place in the room. */
export function FoundMessage({ result: { message, excerpt } }: { result: SearchResult }) {
    const { nameOf, titleOf } = useNames();
    const time = useShortTime(message.created_at);
    const me = useMe();
    const { blocked } = useContacts();
    const person = usePerson(message.sender);
    const room = useRoom(message.room);
    const pieces = useMemo(() => withoutMarks(withoutSpoilers(excerpt)), [excerpt]);
    const name = message.sender === me.id ? t("rooms.you") : nameOf(person);
    return (
        <a className="search-result" href={hrefOf(routeOf(message))} data-testid="search-result" data-seq={message.seq}>
            <Avatar id={message.sender} name={nameOf(person)} size="small" />
            <span className="search-result-text">
                <span className="search-result-line">
                    <bdi className="one-line search-result-name">{name}</bdi>
                    {room && <Between />}
                    {room && <bdi className="one-line muted small">{titleOf(room)}</bdi>}
                    <time className="muted small" dateTime={message.created_at} title={dateAndTime(message.created_at)}>
                        {time}
                    </time>
                </span>
                <span className="search-result-words" dir="auto">
                    {blocked.has(message.sender) ? t("message.folded") : pieces.map(({ text, match }, at) => (match ? <mark key={at}>{text}</mark> : text))}
                </span>
            </span>
        </a>
    );
}
