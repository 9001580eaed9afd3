import { useState } from "react";
import { t } from "../../i18n/mod.js";
import type { RoomEntry } from "../../state/types.js";
import { useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { lazyPart } from "../lazy/lazy_part.js";

const RoomFilters = lazyPart(() => import("../filters/RoomFilters.js"), { rare: true });

/** The way to what a group does not want said, for those who set it. */
export function FiltersPart({ room }: { room: RoomEntry }) {
    const [open, setOpen] = useState(false);
    if (!useMay(room.id, "filters")) return null;
    return (
        <section className="details-part" aria-label={t("filters.title")}>
            <Button testid="filters-open" onClick={() => setOpen(true)}>
                {t("filters.title")}
            </Button>
            {open && (
                <Dialog title={t("filters.title")} closeLabel={t("close")} onClose={() => setOpen(false)}>
                    <RoomFilters room={room} />
                </Dialog>
            )}
        </section>
    );
}
