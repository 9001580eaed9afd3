import { hrefOf, routeOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import { useApp } from "../../state/use.js";
import { useRoomId, useThreadId } from "./room_id.js";

/** Leads to a message of this room, or to an answer under its message `thread`; the way back leads to where one was. */
export function useJump(): (seq: number, thread?: number) => void {
    const app = useApp();
    const room = useRoomId();
    const here = useThreadId();
    return (seq, thread) => {
        const route = routeOf({ room, seq, thread });
        // An address that is there already leads nowhere, and what a thread is under is shown in it.
        if (here !== null && (seq === here || location.hash === hrefOf(route))) showInThread(seq);
        else if (location.hash === hrefOf(route)) void app.timeline(room).jumpTo(seq);
        else go(route);
    };
}

function showInThread(seq: number): void {
    document.querySelector(`.thread .message[data-seq="${seq}"]`)?.scrollIntoView({ block: "center" });
}
