import { memo } from "react";
import { useWritePermission } from "../../state/use.js";
import { Silenced } from "./Silenced.js";
import { WaitingBar } from "./WaitingBar.js";
import { Writer } from "./Writer.js";
import "./composer.css";

interface Props {
    room: string;
    name: string;
    /** The message under which is written; null: in the room itself. */
    thread?: number | null;
}

/** Where messages are written, or why one cannot just now; above either, what waits for its time. */
export const Composer = memo(function Composer({ room, name, thread = null }: Props) {
    const { silence, slowUntil, newness, now } = useWritePermission(room);
    return (
        <>
            <WaitingBar room={room} thread={thread} />
            {silence ? <Silenced silence={silence} now={now} /> : <Writer room={room} thread={thread} name={name} newness={newness} wait={Math.max(0, Math.ceil((slowUntil - now) / 1000))} />}
        </>
    );
});
