import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import type { TimelineView } from "../../state/timeline.js";
import type { RoomEntry } from "../../state/types.js";
import { useRoom } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { useRoomId } from "./room_id.js";

interface Props {
    view: Pick<TimelineView, "rows" | "hasOlder" | "loading" | "error">;
    onAgain(): void;
}

/** Above the messages: more to come, what went wrong, or the beginning. Always of one height. */
export function TimelineTop({ view: { rows, hasOlder, loading, error }, onAgain }: Props) {
    const beginning = beginningOf(useRoom(useRoomId()), rows.length === 0);
    if (rows.length === 0 && loading) return <Waiting />;
    return (
        <div className="timeline-top muted small">
            {loading && hasOlder && (
                <span className="timeline-loading" role="status" aria-label={t("timeline.loading")}>
                    <Skeleton width="10rem" height="0.75rem" />
                </span>
            )}
            {error && (
                <span role="alert">
                    {errorText(error)}{" "}
                    <Button kind="link" onClick={onAgain}>
                        {t("again")}
                    </Button>
                </span>
            )}
            {!hasOlder && !loading && !error && <span data-testid="beginning">{beginning}</span>}
        </div>
    );
}

/** Why there is nothing before: it began here, one came here, or what was before has gone. */
function beginningOf(room: RoomEntry | undefined, empty: boolean): string {
    if (!room || room.first_seq <= 1) return t(empty ? "timeline.empty" : "timeline.beginning");
    if (room.first_seq === room.from_seq) return t("timeline.joined");
    return room.retention_s ? t("timeline.kept", { time: durationText(room.retention_s) }) : t("timeline.pruned");
}

const BUBBLES: { width: string; mine: boolean }[] = [
    { width: "46%", mine: false },
    { width: "31%", mine: false },
    { width: "38%", mine: true },
    { width: "55%", mine: false },
    { width: "24%", mine: true },
];

/** The shapes of messages, until they are there. */
function Waiting() {
    return (
        <div className="timeline-top timeline-waiting" role="status" aria-label={t("timeline.loading")}>
            {BUBBLES.map(({ width, mine }) => (
                <span key={width} data-mine={mine}>
                    <Skeleton width={width} height="2.25rem" />
                </span>
            ))}
        </div>
    );
}
