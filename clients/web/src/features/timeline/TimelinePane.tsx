import { useCallback, useEffect, useMemo } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { TimelineRow } from "../../state/timeline_rows.js";
import { useApp, useStore } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { Announcer } from "./Announcer.js";
import { Row } from "./Row.js";
import { TypingLine } from "./TypingLine.js";
import { useScroll } from "./use_scroll.js";
import "./timeline.css";

/** What tells that something came above: a day line may stay the first when its day grows. */
function firstOf(rows: readonly TimelineRow[]): string | undefined {
    return rows.find((row) => row.kind === "message" || row.kind === "notice")?.key;
}

interface Props {
    room: string;
    group: boolean;
}

/** A room's messages; older ones come as one scrolls up. */
export function TimelinePane({ room, group }: Props) {
    const app = useApp();
    const timeline = useMemo(() => app.timeline(room), [app, room]);
    const { rows, newest, hasOlder, loading, error } = useStore(timeline);
    const onNearTop = useCallback(() => void timeline.older(), [timeline]);
    const { scroller, atEnd, onScroll, toEnd } = useScroll(firstOf(rows), rows, onNearTop);

    useEffect(() => void timeline.open(), [timeline]);
    useEffect(() => {
        const look = () => {
            if (atEnd && document.visibilityState === "visible") timeline.seen();
        };
        look();
        document.addEventListener("visibilitychange", look);
        return () => document.removeEventListener("visibilitychange", look);
    }, [timeline, atEnd, rows]);

    return (
        <div className="timeline-frame">
            <div ref={scroller} className="timeline" tabIndex={0} role="region" aria-label={t("timeline.label")} data-testid="timeline" onScroll={onScroll}>
                <div className="timeline-top muted small">
                    {loading && <span role="status">{t("timeline.loading")}</span>}
                    {error && (
                        <span role="alert">
                            {errorText(error)}{" "}
                            <button type="button" className="button" data-kind="link" onClick={() => void timeline.again()}>
                                {t("again")}
                            </button>
                        </span>
                    )}
                    {!hasOlder && !loading && !error && rows.length === 0 && t("timeline.empty")}
                </div>
                <ol className="timeline-list">
                    {rows.map((row) => (
                        <Row key={row.key} row={row} group={group} />
                    ))}
                </ol>
                <TypingLine room={room} />
            </div>
            {!atEnd && (
                <button type="button" className="timeline-end" aria-label={t("timeline.to_end")} title={t("timeline.to_end")} data-testid="to-end" onClick={toEnd}>
                    <Icon name="down" />
                </button>
            )}
            <Announcer item={newest} />
        </div>
    );
}
