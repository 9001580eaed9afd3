import { useState } from "react";
import { listOf, numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { Reaction } from "../../state/types.js";
import { useAnswers, useApp, useMe } from "../../state/use.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import { useNames } from "../text/names.js";
import { react, shownReactors } from "./reacting.js";
import { useRoomId } from "./room_id.js";
import "./reactions.css";

const NAMED = 8;

interface Props {
    seq: number;
    reactions: readonly Reaction[];
}

/** The emoji on a message with their counts; a press puts one's own there, or takes it off; where one may not, it tells who put them there. */
export function Reactions({ seq, reactions }: Props) {
    return (
        <ul role="list" className="reactions" aria-label={t("reaction.title")}>
            {reactions.map((reaction) => (
                <li key={reaction.emoji}>
                    <Chip seq={seq} reaction={reaction} />
                </li>
            ))}
        </ul>
    );
}

function Chip({ seq, reaction: { emoji, count, mine, seq: version } }: { seq: number; reaction: Reaction }) {
    const app = useApp();
    const room = useRoomId();
    const { reacts } = useAnswers(room);
    const { names, look } = useReactors(room, seq, emoji, version);
    const label = names === "" ? t("reaction.count", { emoji, count }) : t("reaction.by", { emoji, names });
    return (
        <button
            type="button"
            className="reaction"
            {...(reacts ? { "aria-pressed": mine } : { "aria-haspopup": "dialog" })}
            aria-label={label}
            data-tip
            data-stop
            tabIndex={-1}
            data-testid="reaction"
            data-emoji={emoji}
            data-count={count}
            onPointerEnter={look}
            onFocus={look}
            onClick={() => (reacts ? react(app, room, seq, emoji, !mine) : shownReactors.set({ room, seq }))}
        >
            <span className="reaction-emoji">
                <EmojiFace of={emoji} />
            </span>
            <span className="reaction-count">{numberText(count)}</span>
        </button>
    );
}

/** Who put an emoji there, asked for when somebody looks; empty until it is known. */
function useReactors(room: string, seq: number, emoji: string, version: number): { names: string; look(): void } {
    const app = useApp();
    const me = useMe();
    const { nameOf } = useNames();
    const [known, setKnown] = useState({ version: 0, names: "" });
    const look = () => {
        if (known.version === version) return;
        app.reactors(room, seq, emoji).then(
            ({ users, next }) => {
                const all = users.map((user) => (user.id === me.id ? t("rooms.you") : nameOf(user)));
                const others = all.length - NAMED;
                const shown = others > 0 ? [...all.slice(0, NAMED), next === null ? t("notice.others", { count: others }) : "…"] : all;
                setKnown({ version, names: listOf(shown) });
            },
            () => {}, // the count is told all the same
        );
    };
    return { names: known.version === version ? known.names : "", look };
}
