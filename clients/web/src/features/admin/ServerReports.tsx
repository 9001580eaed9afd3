import { useState } from "react";
import ReportQueue from "../reports/ReportQueue.js";
import { RoomStandingOf, StandingOf } from "./StandingOf.js";

/** What is reported to the administrators: people, groups, what was said between two, and what moderators handed on. */
export function ServerReports() {
    const [person, setPerson] = useState<string | null>(null);
    const [room, setRoom] = useState<string | null>(null);
    return (
        <div className="admin-pane">
            <ReportQueue room={null} onStanding={setPerson} onGroup={setRoom} />
            {person !== null && <StandingOf key={person} id={person} onClose={() => setPerson(null)} />}
            {room !== null && <RoomStandingOf key={room} id={room} onClose={() => setRoom(null)} />}
        </div>
    );
}
