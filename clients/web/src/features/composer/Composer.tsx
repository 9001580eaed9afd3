import { memo } from "react";
import { useSpeech } from "../../state/use.js";
import { Silenced } from "./Silenced.js";
import { WaitingBar } from "./WaitingBar.js";
import { Writer } from "./Writer.js";
import "./composer.css";

interface Props {
    room: string;
    name: string;
}

/** Where messages are written, or why one cannot just now; above either, what waits for its time. */
export const Composer = memo(function Composer({ room, name }: Props) {
    const { silence, slowUntil, now } = useSpeech(room);
    return (
        <>
            <WaitingBar room={room} />
            {silence ? <Silenced silence={silence} now={now} /> : <Writer room={room} name={name} wait={Math.max(0, Math.ceil((slowUntil - now) / 1000))} />}
        </>
    );
});
