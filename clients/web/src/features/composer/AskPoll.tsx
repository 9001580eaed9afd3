import { useState } from "react";
import { createPortal } from "react-dom";
import { t } from "../../i18n/mod.js";
import { IconButton } from "../../ui/Button.js";
import { lazyPart } from "../lazy/lazy_part.js";

const PollDialog = lazyPart(() => import("./PollDialog.js"), { onFail: ({ onClose }) => onClose() });

/** Opens the form for a poll. A form may not stand in another one, so its dialog is not where the field's is. */
export function AskPoll({ room, thread }: { room: string; thread: number | null }) {
    const [asking, setAsking] = useState(false);
    return (
        <>
            <IconButton icon="poll" label={t("poll.new")} testid="poll-open" aria-haspopup="dialog" onClick={() => setAsking(true)} />
            {asking && createPortal(<PollDialog room={room} thread={thread} onClose={() => setAsking(false)} />, document.body)}
        </>
    );
}
