import { useState } from "react";
import { t } from "../../i18n/mod.js";
import { useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { AuditLog } from "./AuditLog.js";

/** The way to what was done in a group, for those who may see it. */
export function AuditPart({ room }: { room: string }) {
    const [open, setOpen] = useState(false);
    if (!useMay(room, "audit")) return null;
    return (
        <section className="details-part" aria-label={t("audit.title")}>
            <Button testid="audit-open" onClick={() => setOpen(true)}>
                {t("audit.title")}
            </Button>
            {open && <AuditLog room={room} onClose={() => setOpen(false)} />}
        </section>
    );
}
