import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { SavedMessage } from "../../state/saved.js";
import { useAction, useApp, useQuote, useRoom, useStore } from "../../state/use.js";
import { Button, IconButton, IconLink } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { MessageLine } from "../people/MessageLine.js";
import { useNames } from "../people/names.js";
import "./saved.css";

const SHOWN = 50;

/** The messages saved for later, out of all rooms. */
export default function SavedPage() {
    const { saved } = useApp();
    const all = useStore(saved);
    const [shown, setShown] = useState(SHOWN);
    return (
        <div className="saved">
            <header className="pane-head">
                <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} testid="back" />
                <h2>{t("saved.title")}</h2>
            </header>
            <div className="saved-body" tabIndex={0} role="region" aria-label={t("saved.title")}>
                {all.length === 0 && <Empty />}
                <ul role="list" data-testid="saved-list">
                    {all.slice(0, shown).map((one) => (
                        <SavedLine key={`${one.room}.${one.seq}`} saved={one} />
                    ))}
                </ul>
                {all.length > shown && <Button onClick={() => setShown(shown + SHOWN)}>{t("members.more")}</Button>}
            </div>
        </div>
    );
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
