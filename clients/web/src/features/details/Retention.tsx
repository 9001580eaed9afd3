import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { durationText } from "../../i18n/durations.js";
import type { RoomEntry } from "../../state/types.js";
import { useAction, useApp, useMay } from "../../state/use.js";
import { Confirm } from "../../ui/Confirm.js";
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
    /** A time that would let go of what is there now. */
    const [shorter, setShorter] = useState<number | null>(null);
    const seconds = room.retention_s ?? 0;
    if (!may && seconds === 0) return null;
    const times = [...new Set([...TIMES, seconds])].sort((a, b) => a - b);
    const choose = (time: number) => (endOf(time) < endOf(seconds) ? setShorter(time) : void save.run(time));
    return (
        <section className="details-part" aria-label={t("kept.title")}>
            <h3>{t("kept.title")}</h3>
            <Problem text={shorter === null && save.error ? errorText(save.error) : null} />
            {may ? (
                <Select
                    label={t("kept.label")}
                    hint={t("kept.hint")}
                    testid="retention"
                    value={String(seconds)}
                    disabled={save.busy}
                    choices={times.map((time) => ({ value: String(time), label: time === 0 ? t("kept.always") : durationText(time) }))}
                    onChange={(value) => choose(Number(value))}
                />
            ) : (
                <p data-testid="retention-shown">{t("kept.shown", { time: durationText(seconds) })}</p>
            )}
            {shorter !== null && (
                <Confirm
                    title={t("kept.shorter", { time: durationText(shorter) })}
                    text={t("kept.shorter.sure", { time: durationText(shorter) })}
                    act={t("kept.shorter.act")}
                    cancel={t("cancel")}
                    busy={save.busy}
                    problem={save.error && errorText(save.error)}
                    onAct={() => void save.run(shorter).then((done) => done && setShorter(null))}
                    onClose={() => setShorter(null)}
                />
            )}
        </section>
    );
}

/** What is kept for 0 seconds is kept for ever. */
function endOf(seconds: number): number {
    return seconds === 0 ? Infinity : seconds;
}
