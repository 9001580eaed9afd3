import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import { Virtualizer } from "virtua";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useApp, useRoom, useStore } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { toast } from "../../ui/toast.js";
import { goneWords } from "../text/gone_words.js";
import { Announcer } from "./Announcer.js";
import { RoomIdProvider } from "./room_id.js";
import { Row } from "./Row.js";
import { TimelineTop } from "./TimelineTop.js";
import { TypingLine } from "./TypingLine.js";
import { useMessageKeys } from "./use_message_keys.js";
import { useLongPress } from "./use_long_press.js";
import { useScroll } from "./use_scroll.js";
import { useSeen } from "./use_seen.js";
import { useShown } from "./use_shown.js";
import "./timeline.css";

const FOCUS_FRAMES = 45;

interface Props {
    room: string;
    group: boolean;
    /** The message to go to. */
    seq: number | undefined;
}

/** A room's messages; more come as one scrolls, in both directions. */
export function TimelinePane({ room, group, seq }: Props) {
    const app = useApp();
    const timeline = useMemo(() => app.timeline(room), [app, room]);
    const view = useStore(timeline);
    const { rows, hasNewer } = view;
    const scroll = useScroll(timeline, view);
    const { atEnd } = scroll;
    const box = useRef<HTMLDivElement>(null);
    const [margin, setMargin] = useState(0);
    const onKeyDown = useMessageKeys(box, scroll.toEnd);

    const empty = rows.length === 0;
    useLayoutEffect(() => setMargin(box.current?.querySelector<HTMLElement>(".timeline-top")?.offsetHeight ?? 0), [empty]);
    useEffect(() => {
        void timeline.open();
        app.look(room);
    }, [app, room, timeline]);
    useFocusOnTarget(box, view.target);
    useEffect(() => void (view.missing && toast(goneWords(view.missing.why))), [view.missing]);
    const shown = useShown(box);
    useSeen(timeline, box, shown && atEnd !== null, rows);
    const press = useLongPress(openActs);
    useEffect(() => {
        if (seq !== undefined) void timeline.jumpTo(seq);
    }, [timeline, seq]);
    useEffect(() => {
        const look = () => {
            if (atEnd && shown && document.visibilityState === "visible") timeline.seen();
        };
        look();
        document.addEventListener("visibilitychange", look);
        return () => document.removeEventListener("visibilitychange", look);
    }, [timeline, atEnd, shown, rows]);

    return (
        <RoomIdProvider value={room}>
            <div className="timeline-frame">
                <div
                    ref={box}
                    className="timeline"
                    tabIndex={0}
                    role="region"
                    aria-label={t("timeline.label")}
                    data-testid="timeline"
                    data-settled={atEnd !== null}
                    onKeyDown={(event) => (scroll.onTouch(), onKeyDown(event))}
                    onWheel={scroll.onTouch}
                    onTouchMove={scroll.onTouch}
                    onPointerMove={(event) => (event.buttons > 0 && scroll.onTouch(), press.onPointerMove(event))}
                    onPointerDown={(event) => (scroll.onTouch(), press.onPointerDown(event))}
                    onPointerUp={press.onPointerEnd}
                    onPointerCancel={press.onPointerEnd}
                    onTouchEnd={press.onTouchEnd}
                    onContextMenu={press.onContextMenu}
                >
                    <div className="timeline-filler" />
                    <TimelineTop view={view} onAgain={() => void timeline.again()} />
                    <Virtualizer
                        ref={scroll.list}
                        data={rows}
                        as="ol"
                        item="li"
                        shift={scroll.shift}
                        startMargin={margin}
                        bufferSize={400}
                        onScroll={scroll.onScroll}
                        onResize={scroll.onResize}
                    >
                        {(row) => <Row key={row.key} row={row} group={group} sought={row.kind === "message" && seq !== undefined && row.item.seq === seq} />}
                    </Virtualizer>
                </div>
                {(atEnd === false || hasNewer) && <ToEnd room={room} onClick={scroll.toEnd} />}
                <Announcer item={view.newest} />
            </div>
            <TypingLine room={room} />
        </RoomIdProvider>
    );
}

/** Who was led to a message goes on from there by keyboard; who is writing is not interrupted. */
function useFocusOnTarget(box: RefObject<HTMLElement | null>, target: { readonly seq: number } | null): void {
    useEffect(() => {
        if (!target) return undefined;
        let [frame, tries] = [0, FOCUS_FRAMES];
        const before = document.activeElement;
        if (before?.matches("textarea, input, dialog *")) return undefined;
        // Its row is drawn when the list has been scrolled there, and anew as sizes become known.
        const look = () => {
            const message = box.current?.querySelector<HTMLElement>(`.message[data-seq="${target.seq}"]`);
            const now = document.activeElement;
            if (now !== before && now !== document.body && now !== message) return;
            if (now !== message) message?.focus({ preventScroll: true });
            if (tries-- > 0) frame = requestAnimationFrame(look);
        };
        look();
        return () => cancelAnimationFrame(frame);
    }, [box, target]);
}

/** What a long press on a message opens. */
function openActs(target: Element): boolean {
    const button = target.closest(".message")?.querySelector<HTMLElement>("[data-testid=message-acts]");
    button?.click();
    return button !== undefined && button !== null;
}

function ToEnd({ room, onClick }: { room: string; onClick(): void }) {
    const unread = useRoom(room)?.unread ?? 0;
    const label = unread > 0 ? t("timeline.to_end.unread", { count: unread }) : t("timeline.to_end");
    return (
        <span className="timeline-end">
            <IconButton icon="down" label={label} testid="to-end" onClick={onClick} />
            {unread > 0 && (
                <span className="badge" aria-hidden="true" data-testid="to-end-count">
                    {numberText(unread)}
                </span>
            )}
        </span>
    );
}
