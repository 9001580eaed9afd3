import { useState } from "react";
import { SERVER } from "../../state/reports.js";
import ReportQueue from "../reports/ReportQueue.js";
import { ReportsBadge } from "../reports/ReportsBadge.js";
import { RoomStandingOf, StandingOf } from "./StandingOf.js";

/** What is reported to the administrators: people, groups, what was said between two, and what moderators handed on. */
export function ServerReports() {
    const [person, setPerson] = useState<string | null>(null);
    const [room, setRoom] = useState<string | null>(null);
    return (
        <div className="admin-pane">
            <span>
                <ReportsBadge of={SERVER} />
            </span>
            <ReportQueue room={null} onStanding={setPerson} onGroup={setRoom} />
            {person !== null && <StandingOf key={person} id={person} onClose={() => setPerson(null)} />}
            {room !== null && <RoomStandingOf key={room} id={room} onClose={() => setRoom(null)} />}
        </div>
    );
}
