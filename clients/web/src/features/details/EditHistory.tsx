import { useState } from "react";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import type { RoomEntry } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Confirm } from "../../ui/Confirm.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const TIMES = [0, HOUR, DAY, 7 * DAY, 30 * DAY];

/** For how long a group keeps what its messages said before they were edited. */
export function EditHistory({ room }: { room: RoomEntry }) {
    const app = useApp();
    const save = useAction((seconds: number) => app.updateRoom(room.id, { edit_history_s: seconds }));
    /** A time that would let go of what is there now. */
    const [shorter, setShorter] = useState<number | null>(null);
    const seconds = room.edit_history_s ?? 0;
    const times = [...new Set([...TIMES, seconds])].sort((a, b) => a - b);
    const problem = save.error && errorText(save.error);
    return (
        <>
            <Problem text={shorter === null ? problem : null} />
            <Select
                label={t("group.edits")}
                hint={t("group.edits.hint")}
                testid="edit-history"
                value={String(seconds)}
                disabled={save.busy}
                choices={times.map((time) => ({ value: String(time), label: time === 0 ? t("group.edits.off") : durationText(time) }))}
                onChange={(value) => (Number(value) < seconds ? setShorter(Number(value)) : void save.run(Number(value)))}
            />
            {shorter !== null && (
                <Confirm
                    title={shorter === 0 ? t("group.edits.none") : t("group.edits.shorter", { time: durationText(shorter) })}
                    text={shorter === 0 ? t("group.edits.none.sure") : t("group.edits.shorter.sure", { time: durationText(shorter) })}
                    act={t("group.edits.shorter.act")}
                    cancel={t("cancel")}
                    busy={save.busy}
                    problem={problem}
                    onAct={() => void save.run(shorter).then((done) => done && setShorter(null))}
                    onClose={() => setShorter(null)}
                />
            )}
        </>
    );
}
