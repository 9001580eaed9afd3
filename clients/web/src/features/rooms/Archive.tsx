import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { RoomSummary } from "../../state/room_list.js";
import { Badge } from "../../ui/Badge.js";
import { IconButton } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { Mentions } from "./RoomItem.js";

interface Props {
    rooms: readonly RoomSummary[];
    /** One has just come back from them: the line has the focus. */
    left: boolean;
    onOpen(): void;
}

/** The last line of the list: the chats that were put away, and quietly what is new there; nothing where there are none. */
export function ArchiveLine({ rooms, left, onOpen }: Props) {
    if (rooms.length === 0) return null;
    const sum = (of: "unread" | "mentions") => rooms.reduce((all, { room }) => all + room[of], 0);
    const unread = sum("unread");
    return (
        <button type="button" className="rooms-archive" autoFocus={left} data-testid="archive-open" onClick={onOpen}>
            <Icon name="archive" />
            <span className="one-line">{t("archive.line", { count: rooms.length })}</span>
            <Mentions count={sum("mentions")} />
            {unread > 0 && <Badge count={unread} shown={numberText(unread)} label={t("rooms.unread")} quiet testid="archive-unread" />}
        </button>
    );
}

/** Above them, in place of the folders: the way back, which has the focus where one has just come (`entered`). */
export function ArchiveHead({ entered, onClose }: { entered: boolean; onClose(): void }) {
    return (
        <div className="rooms-archive-head">
            <IconButton icon="back" label={t("archive.close")} testid="archive-close" autoFocus={entered} onClick={onClose} />
            <h3>{t("archive.title")}</h3>
        </div>
    );
}
