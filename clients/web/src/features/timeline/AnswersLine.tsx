import { t } from "../../i18n/mod.js";
import { useShortTime } from "../../i18n/use_today.js";
import { hrefOf } from "../../routes/route.js";
import { useApp, useStore } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { useRoomId } from "./room_id.js";

interface Props {
    /** The message under which they are. */
    seq: number;
    answers: number;
    /** When the last came. */
    at: string;
}

/** Under a message that was answered in a thread: how often, when last, and what one has not read of it. */
export function AnswersLine({ seq, answers, at }: Props) {
    const room = useRoomId();
    const { followed } = useApp();
    useStore(followed);
    const unread = followed.unreadOf(room, seq, answers) ?? 0;
    return (
        <a className="answers-line small" href={hrefOf({ at: "thread", room, root: seq })} tabIndex={-1} data-stop data-testid="answers" data-count={answers} data-unread={unread}>
            <Icon name="chat" />
            <span>{t("thread.answers.last", { count: answers, time: useShortTime(at) })}</span>
            {unread > 0 && <strong>{t("thread.unread", { count: unread })}</strong>}
        </a>
    );
}
