import { useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { RoomSummary } from "../../state/room_list.js";
import { levelIn, type RoomMarksView } from "../../state/room_marks.js";
import { RoomItem } from "./RoomItem.js";

interface Props {
    rooms: readonly RoomSummary[];
    current: string | null;
    liked: RoomMarksView;
}

/** Ten thousand rooms, of which those in sight are drawn. One stop for Tab; arrows go on from there. */
export function RoomItems({ rooms, current, liked }: Props) {
    const scroller = useRef<HTMLDivElement>(null);
    const list = useRef<VirtualizerHandle>(null);
    const [stop, setStop] = useState<string | null>(null);
    const wanted = stop ?? current;
    const found = rooms.findIndex(({ room }) => room.id === wanted);
    const at = Math.max(found, 0);
    const goTo = (index: number) => {
        const to = rooms[Math.max(0, Math.min(index, rooms.length - 1))]?.room.id;
        if (to === undefined) return;
        flushSync(() => setStop(to)); // it is drawn now: a held key must not lose the focus, nor a step
        scroller.current?.querySelector<HTMLElement>(`[data-room="${CSS.escape(to)}"]`)?.focus({ preventScroll: true });
        list.current?.scrollToIndex(index, { align: "nearest" });
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rooms.length - 1 }[event.key];
        if (to === undefined || event.altKey || event.ctrlKey) return;
        event.preventDefault();
        goTo(to);
    };
    const onFocus = (event: FocusEvent) => {
        const room = event.target.closest("[data-room]")?.getAttribute("data-room");
        if (room) setStop(room);
    };
    return (
        <div ref={scroller} className="rooms-list scrolls" onKeyDown={onKeyDown} onFocus={onFocus}>
            <Virtualizer ref={list} data={rooms} as={RoomUl} item="li" keepMounted={rooms.length > 0 ? [at] : []} itemSize={66} bufferSize={300}>
                {({ room, lastMessage, saidAt, draft }, index) => (
                    <RoomItem
                        key={room.id}
                        room={room}
                        lastMessage={lastMessage}
                        saidAt={saidAt}
                        draft={room.id === current ? "" : draft}
                        current={room.id === current}
                        level={levelIn(liked, room)}
                        pinned={liked.pinned.includes(room.id)}
                        tabIndex={index === at ? 0 : -1}
                    />
                )}
            </Virtualizer>
        </div>
    );
}

/** A list, also to those browsers that forget it where the bullets are taken away. */
function RoomUl(props: React.ComponentProps<"ul">) {
    return <ul {...props} role="list" data-testid="room-list" />;
}
