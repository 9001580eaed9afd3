import { t } from "../../i18n/mod.js";
import type { FollowedThread } from "../../state/followed_threads.js";
import { useApp, useQuote, useRoom, useStore } from "../../state/use.js";
import { ListPage } from "../people/ListPage.js";
import { MessageLine } from "../people/MessageLine.js";
import { useNames } from "../text/names.js";

/** The threads that one follows, out of all rooms. */
export default function ThreadsPage() {
    const { all } = useStore(useApp().followed);
    const empty = <p className="muted">{t("threads.empty")}</p>;
    return <ListPage title={t("threads.title")} items={all} line={(one) => <ThreadLine key={`${one.room}.${one.root}`} thread={one} />} empty={empty} testid="threads-list" />;
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
