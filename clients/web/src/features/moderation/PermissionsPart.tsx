import { useState } from "react";
import { t } from "../../i18n/mod.js";
import type { RoomEntry } from "../../state/types.js";
import { useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { PermissionTable } from "./PermissionTable.js";

/** The way to who may do what in a group, for those who decide it. */
export function PermissionsPart({ room }: { room: RoomEntry }) {
    const [open, setOpen] = useState(false);
    if (!useMay(room.id, "permissions")) return null;
    return (
        <section className="details-part" aria-label={t("permissions.title")}>
            <Button testid="permissions-open" onClick={() => setOpen(true)}>
                {t("permissions.title")}
            </Button>
            {open && <PermissionTable room={room} onClose={() => setOpen(false)} />}
        </section>
    );
}
