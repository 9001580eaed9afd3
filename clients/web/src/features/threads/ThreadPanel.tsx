import { useEffect, useMemo, useRef } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { whyGone } from "../../state/quotes.js";
import { useAction, useApp, useRoom, useStore } from "../../state/use.js";
import { Button, IconLink } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { Composer } from "../composer/Composer.js";
import { goneWords } from "../text/gone_words.js";
import { Announcer } from "../timeline/Announcer.js";
import { RoomIdProvider, ThreadIdProvider } from "../timeline/room_id.js";
import { TypingLine } from "../timeline/TypingLine.js";
import { useMessageKeys } from "../timeline/use_message_keys.js";
import { ThreadList } from "./ThreadList.js";
import { useAtEnd } from "./use_at_end.js";
import { useFocusBack } from "./use_focus_back.js";
import "../details/details.css";
import "./threads.css";

interface Props {
    room: string;
    group: boolean;
    /** The message under which it is. */
    root: number;
    /** The answer to go to. */
    seq: number | undefined;
}

/** The answers under a message, beside the room; on a phone instead of it. */
export function ThreadPanel({ room, group, root, seq }: Props) {
    const app = useApp();
    const thread = useMemo(() => app.thread(room, root), [app, room, root]);
    const view = useStore(thread);
    const box = useRef<HTMLDivElement>(null);
    const toEnd = useAtEnd(box, view.rows, seq, useStore(app.followed), () => thread.seen());
    const onKeyDown = useMessageKeys(box, toEnd);
    const place = useRoom(room);
    const gone = view.error === "message.not_found" ? (whyGone(place, root) ?? "unknown") : null;
    useFocusBack(root);
    useEffect(() => void (seq === undefined ? thread.open() : thread.reach(seq)), [thread, seq]);
    return (
        <section className="details thread" aria-label={t("thread.title")} data-testid="thread" data-root={root}>
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "room", room })} onClick={onBack} testid="thread-back" />
                <h2>{t("thread.title")}</h2>
                {view.root && <Follow room={room} root={root} answers={view.root.answers ?? 0} />}
                <IconLink icon="close" label={t("close")} href={hrefOf({ at: "room", room })} onClick={onBack} testid="thread-close" />
            </header>
            <RoomIdProvider value={room}>
                <ThreadIdProvider value={root}>
                    <div ref={box} className="thread-body scrolls" tabIndex={0} role="region" aria-label={t("thread.answers.label")} onKeyDown={onKeyDown}>
                        {gone ? <p className="muted" role="status" data-testid="thread-gone">{goneWords(gone)}</p> : <Problem text={view.error && errorText(view.error)} />}
                        {view.error !== null && !gone && <Button onClick={() => void thread.again()}>{t("again")}</Button>}
                        {view.root && <ThreadList view={view} group={group} seq={seq} onOlder={() => void thread.older()} />}
                        {!view.root && view.error === null && <p className="muted">{t("timeline.loading")}</p>}
                    </div>
                    <Announcer item={view.newest} />
                </ThreadIdProvider>
            </RoomIdProvider>
            <TypingLine room={room} thread={root} />
            {!gone && <Composer key={root} room={room} thread={root} name={t("thread.title")} />}
        </section>
    );
}

/** Whether one hears of new answers. */
function Follow({ room, root, answers }: { room: string; root: number; answers: number }) {
    const { followed } = useApp();
    useStore(followed);
    const on = followed.unreadOf(room, root, answers) !== null;
    const toggle = useAction(() => followed.toggle(room, root, answers));
    return (
        <Button testid="thread-follow" data-on={on} disabled={toggle.busy} onClick={() => void toggle.run()}>
            {t(on ? "thread.unfollow" : "thread.follow")}
        </Button>
    );
}
