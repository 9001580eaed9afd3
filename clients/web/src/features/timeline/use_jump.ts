import { hrefOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import { useApp } from "../../state/use.js";
import { useRoomId } from "./room_id.js";

/** Leads to a message of this room; the way back leads to where one was. */
export function useJump(): (seq: number) => void {
    const app = useApp();
    const room = useRoomId();
    return (seq) => {
        const route = { at: "room", room, seq } as const;
        // An address that is there already leads nowhere.
        if (location.hash === hrefOf(route)) void app.timeline(room).jumpTo(seq);
        else go(route);
    };
}
