import { useState } from "react";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { FollowedThread } from "../../state/followed_threads.js";
import { useApp, useQuote, useRoom, useStore } from "../../state/use.js";
import { Button, IconLink } from "../../ui/Button.js";
import { MessageLine } from "../people/MessageLine.js";
import { useNames } from "../people/names.js";
import "../saved/saved.css";

const SHOWN = 50;

/** The threads that one follows, out of all rooms. */
export default function ThreadsPage() {
    const { all } = useStore(useApp().followed);
    const [shown, setShown] = useState(SHOWN);
    return (
        <div className="saved">
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} testid="back" />
                <h2>{t("threads.title")}</h2>
            </header>
            <div className="saved-body" tabIndex={0} role="region" aria-label={t("threads.title")}>
                {all.length === 0 && <p className="muted">{t("threads.empty")}</p>}
                <ul role="list" data-testid="threads-list">
                    {all.slice(0, shown).map((one) => (
                        <ThreadLine key={`${one.room}.${one.root}`} thread={one} />
                    ))}
                </ul>
                {all.length > shown && <Button onClick={() => setShown(shown + SHOWN)}>{t("members.more")}</Button>}
            </div>
        </div>
    );
}

function ThreadLine({ thread: { room, root, unread } }: { thread: FollowedThread }) {
    const { titleOf } = useNames();
    const quote = useQuote(room, root);
    const place = useRoom(room);
    if (!place) return null; // one is no longer in it
    const message = quote.state === "there" ? quote.message : quote.state === "gone" ? quote.why : undefined;
    return (
        <MessageLine message={message} room={room} seq={root} testid="followed-thread" to={{ at: "thread", room, root }} where={titleOf(place)}>
            {unread > 0 && <strong className="small">{t("thread.unread", { count: unread })}</strong>}
        </MessageLine>
    );
}
