import { useState } from "react";
import { t } from "../../i18n/mod.js";
import type { TimelineItem } from "../../state/timeline_items.js";
import { useContacts, usePerson, useRoom } from "../../state/use.js";
import { useNames } from "../text/names.js";
import { plainText } from "../text/plain.js";
import { useRoomId } from "./room_id.js";

/** Reads new messages out to those who listen; what was there when the room was opened is not new. */
export function Announcer({ item }: { item: TimelineItem | null }) {
    const last = useRoom(useRoomId())?.last_seq ?? 0;
    const [opened] = useState(last);
    const message = item?.kind === "message" && item.seq !== null && item.seq > opened ? item : null;
    return (
        <p className="hidden-visually" aria-live="polite">
            {message && <Spoken sender={message.sender} text={plainText(message.text)} />}
        </p>
    );
}

function Spoken({ sender, text }: { sender: string; text: string }) {
    const { blocked } = useContacts();
    const { nameOf } = useNames();
    return <>{t("timeline.says", { name: nameOf(usePerson(sender)), text: blocked.has(sender) ? t("message.folded") : text })}</>;
}
