import { errorText, t } from "../../i18n/mod.js";
import { durationText } from "../../i18n/durations.js";
import type { RoomEntry } from "../../state/types.js";
import { useAction, useApp, useMay } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const TIMES = [0, HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];

/** How long what is said in a room is kept: for who may, to be set; for the others, to be known. */
export function Retention({ room }: { room: RoomEntry }) {
    const app = useApp();
    const may = useMay(room.id, "retention");
    const save = useAction((seconds: number) => app.updateRoom(room.id, { retention_s: seconds }));
    const seconds = room.retention_s ?? 0;
    if (!may && seconds === 0) return null;
    const times = [...new Set([...TIMES, seconds])].sort((a, b) => a - b);
    return (
        <section className="details-part" aria-label={t("kept.title")}>
            <h3>{t("kept.title")}</h3>
            <Problem text={save.error && errorText(save.error)} />
            {may ? (
                <Select
                    label={t("kept.label")}
                    hint={t("kept.hint")}
                    testid="retention"
                    value={String(seconds)}
                    disabled={save.busy}
                    choices={times.map((time) => ({ value: String(time), label: time === 0 ? t("kept.always") : durationText(time) }))}
                    onChange={(value) => void save.run(Number(value))}
                />
            ) : (
                <p data-testid="retention-shown">{t("kept.shown", { time: durationText(seconds) })}</p>
            )}
        </section>
    );
}
