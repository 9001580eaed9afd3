import { useMemo } from "react";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { RoomSummary } from "../../state/room_list.js";
import type { RoomMarksView } from "../../state/room_marks.js";
import { preferences, usePreferences } from "../../state/use_preferences.js";
import { inFolder, loudUnread } from "./order.js";

/** The folder whose rooms the list shows; null: all of them. */
export function useFolder({ folders }: Pick<RoomMarksView, "folders">): string | null {
    const { folder } = usePreferences();
    return folders.some(({ id }) => id === folder) ? folder : null;
}

interface Props {
    rooms: readonly RoomSummary[];
    marks: RoomMarksView;
    current: string | null;
}

/** One's folders, and how much in each asks for a look; nothing where there are none. */
export function FolderBar({ rooms, marks, current }: Props) {
    const unread = useMemo(() => new Map(marks.folders.map(({ id }) => [id, loudUnread(inFolder(rooms, id, marks), marks)])), [rooms, marks]);
    if (marks.folders.length === 0) return null;
    const all = { id: null, title: t("folders.all") };
    return (
        <div className="folders" role="group" aria-label={t("folders.title")} data-testid="folders">
            {[all, ...marks.folders].map(({ id, title }) => (
                <button key={id} type="button" className="folder" aria-pressed={id === current} data-testid="folder-show" data-title={title} onClick={() => preferences.change({ folder: id ?? "" })}>
                    <bdi className="one-line">{title}</bdi>
                    <Count count={(id !== null && unread.get(id)) || 0} />
                </button>
            ))}
        </div>
    );
}

function Count({ count }: { count: number }) {
    if (count === 0) return null;
    return (
        <span className="folder-count">
            {numberText(count)}
            <span className="hidden-visually"> {t("rooms.unread")}</span>
        </span>
    );
}
