import { useEffect, useMemo } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { AdminPeople } from "../../state/admin_people.js";
import { AdminRooms } from "../../state/admin_rooms.js";
import { useApp, useStore } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { RoomStanding } from "./RoomStanding.js";
import { Standing } from "./Standing.js";

interface Props {
    id: string;
    onClose(): void;
}

/** How somebody stands whom one did not look for: of a report, say. */
export function StandingOf({ id, onClose }: Props) {
    const { client } = useApp();
    const people = useMemo(() => new AdminPeople(client), [client]);
    const { found: [person], error } = useStore(people);
    useEffect(() => void people.one(id), [people, id]);
    if (person) return <Standing person={person} people={people} onClose={onClose} />;
    return <Waiting title={t("admin.people")} error={error} onClose={onClose} />;
}

/** The same of a group. */
export function RoomStandingOf({ id, onClose }: Props) {
    const { client } = useApp();
    const rooms = useMemo(() => new AdminRooms(client), [client]);
    const { found: [room], error } = useStore(rooms);
    useEffect(() => void rooms.one(id), [rooms, id]);
    if (room) return <RoomStanding room={room} rooms={rooms} onClose={onClose} />;
    return <Waiting title={t("admin.rooms")} error={error} onClose={onClose} />;
}

function Waiting({ title, error, onClose }: { title: string; error: string | null; onClose(): void }) {
    return (
        <Dialog title={title} closeLabel={t("close")} size="small" onClose={onClose}>
            {error ? <Problem text={errorText(error)} /> : <p className="muted" aria-busy="true">{t("timeline.loading")}</p>}
        </Dialog>
    );
}
