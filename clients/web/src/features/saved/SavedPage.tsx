import { errorText, t } from "../../i18n/mod.js";
import type { SavedMessage } from "../../state/saved.js";
import { useAction, useApp, useQuote, useRoom, useStore } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { ListPage } from "../people/ListPage.js";
import { MessageLine } from "../people/MessageLine.js";
import { useNames } from "../text/names.js";
import "./saved.css";

/** The messages saved for later, out of all rooms. */
export default function SavedPage() {
    const all = useStore(useApp().saved);
    return <ListPage title={t("saved.title")} items={all} line={(one) => <SavedLine key={`${one.room}.${one.seq}`} saved={one} />} empty={<Empty />} testid="saved-list" />;
}

function SavedLine({ saved: { room, seq } }: { saved: SavedMessage }) {
    const app = useApp();
    const { titleOf } = useNames();
    const quote = useQuote(room, seq);
    const place = useRoom(room);
    const remove = useAction(() => app.saved.toggle(room, seq));
    const message = quote.state === "there" ? quote.message : quote.state === "gone" ? quote.why : undefined;
    return (
        <>
            <MessageLine message={message} room={room} seq={seq} testid="saved-message" {...(place && { where: titleOf(place) })}>
                <IconButton icon="close" label={t("message.unsave")} size="small" testid="unsave" disabled={remove.busy} onClick={() => void remove.run()} />
            </MessageLine>
            {remove.error && (
                <li>
                    <Problem text={errorText(remove.error)} />
                </li>
            )}
        </>
    );
}

function Empty() {
    return (
        <div className="saved-empty muted">
            <Icon name="bookmark" />
            <p>{t("saved.empty")}</p>
        </div>
    );
}
