import { useId } from "react";
import { dateAndTime, numberText, percentText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { PollState } from "../../state/types.js";
import { useAnswers, useApp } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { MessageText } from "./MessageText.js";
import { shownVoters, useIsClosed, useOwnVote, vote } from "./polling.js";
import { useRoomId } from "./room_id.js";
import "./poll.css";

interface Props {
    seq: number | null;
    poll: PollState;
}

/** What a message asks, with how it stands; a press on an option votes for it, another one takes that back. */
export function Poll({ seq, poll }: Props) {
    const app = useApp();
    const room = useRoomId();
    const id = useId();
    const closed = useIsClosed(poll);
    const votes = useAnswers(room).reacts && !closed && seq !== null;
    useOwnVote(room, seq, poll);
    const { content, counts, voters, mine = [] } = poll;
    const hint = content.multiple ? t("poll.several") : t("poll.one");
    return (
        <div className="poll" data-testid="poll" data-closed={closed} data-voters={voters}>
            <div id={id} className="poll-question">
                <MessageText text={content.text} toAll={false} />
            </div>
            {!closed && <p className="poll-hint small">{hint}</p>}
            <ul role="list" className="poll-options" aria-labelledby={id}>
                {content.options.map((text, option) => (
                    <li key={option}>
                        <Option text={text} count={counts[option] ?? 0} voters={voters} chosen={mine.includes(option)} several={content.multiple === true} onPick={votes ? () => vote(app, room, seq, poll, option) : null} />
                    </li>
                ))}
            </ul>
            <Standing seq={seq} poll={poll} closed={closed} />
        </div>
    );
}

interface OptionProps {
    text: string;
    count: number;
    voters: number;
    chosen: boolean;
    several: boolean;
    /** Null: nobody votes, or not oneself. */
    onPick: (() => void) | null;
}

function Option({ text, count, voters, chosen, several, onPick }: OptionProps) {
    const share = voters === 0 ? 0 : count / voters;
    const label = t("poll.option", { text, count, share: percentText(share) });
    const inside = (
        <>
            <span className="poll-mark" data-several={several} data-chosen={chosen} aria-hidden="true">
                {chosen && <Icon name="check" />}
            </span>
            <span className="poll-text">
                <bdi>{text}</bdi>
            </span>
            <span className="poll-count" aria-hidden="true">
                {numberText(count)}
            </span>
            <span className="poll-track" aria-hidden="true">
                <span className="poll-bar" style={{ inlineSize: `${share * 100}%` }} />
            </span>
        </>
    );
    if (!onPick) {
        return (
            <div className="poll-option" data-testid="poll-option" data-count={count} data-chosen={chosen}>
                <span className="hidden-visually">{chosen ? t("poll.yours", { option: label }) : label}</span>
                <span className="poll-shown" aria-hidden="true">
                    {inside}
                </span>
            </div>
        );
    }
    return (
        <button type="button" className="poll-option" aria-pressed={chosen} aria-label={label} tabIndex={-1} data-stop data-testid="poll-option" data-count={count} data-chosen={chosen} onClick={onPick}>
            <span className="poll-shown">{inside}</span>
        </button>
    );
}

/** How many voted, until when, and who. */
function Standing({ seq, poll, closed }: Props & { closed: boolean }) {
    const room = useRoomId();
    const { content, voters } = poll;
    const parts = [voters === 0 ? t("poll.nobody") : t("poll.voters", { count: voters })];
    if (content.anonymous) parts.push(t("poll.anonymous"));
    if (closed) parts.push(t("poll.closed"));
    else if (content.closes_at) parts.push(t("poll.closes", { time: dateAndTime(content.closes_at) }));
    return (
        <p className="poll-standing small">
            <span data-testid="poll-standing">{parts.join(" · ")}</span>
            {seq !== null && voters > 0 && !content.anonymous && (
                <button type="button" className="poll-who" tabIndex={-1} data-stop data-testid="poll-who" onClick={() => shownVoters.set({ room, seq })}>
                    {t("poll.who")}
                </button>
            )}
        </p>
    );
}
