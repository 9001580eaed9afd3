import { useState } from "react";
import { t } from "../../i18n/mod.js";
import { useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { ReportsBadge } from "./ReportsBadge.js";

const ReportQueue = lazyPart(() => import("./ReportQueue.js"), { rare: true });

/** The way to what is reported in a group, for those who decide of it. */
export function ReportsPart({ room }: { room: string }) {
    const [open, setOpen] = useState(false);
    if (!useMay(room, "reports")) return null;
    return (
        <section className="details-part" aria-label={t("reports.title")}>
            <Button testid="reports-open" onClick={() => setOpen(true)}>
                {t("reports.title")}
                <ReportsBadge of={room} />
            </Button>
            {open && (
                <Dialog title={t("reports.title")} closeLabel={t("close")} onClose={() => setOpen(false)}>
                    <ReportQueue room={room} />
                </Dialog>
            )}
        </section>
    );
}
