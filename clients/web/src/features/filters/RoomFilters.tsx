import { useEffect, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Filters, RoomEntry } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { FiltersForm } from "./FiltersForm.js";
import { NewcomersForm } from "./NewcomersForm.js";

/** What a group does not want said, and what holds for those who have just come. Loaded when it is opened. */
export default function RoomFilters({ room }: { room: RoomEntry }) {
    const app = useApp();
    const [filters, setFilters] = useState<Filters | null>(null);
    const read = useAction(async () => setFilters(await app.client.rooms.filters(room.id)));
    useEffect(() => void read.run(), [room.id]); // eslint-disable-line react-hooks/exhaustive-deps -- once for each room
    return (
        <>
            <Problem text={read.error && errorText(read.error)} />
            {filters === null && !read.error && <Skeleton height="8rem" />}
            {filters && <FiltersForm filters={filters} hint={t("filters.room.hint")} onSave={(wanted) => app.updateRoom(room.id, { filters: wanted })} />}
            <h2 className="filters-title">{t("newcomers.title")}</h2>
            <NewcomersForm newcomers={room.newcomers ?? null} bars={["links", "mention_all"]} hint={t("newcomers.room.hint")} onSave={(newcomers) => app.updateRoom(room.id, { newcomers })} />
        </>
    );
}
