import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import { UNDO_TIMES } from "../../state/undo.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";

/** Whether what one sends waits for some seconds, to be taken back: on all devices. */
export function UndoWish() {
    const { undo } = useApp();
    const seconds = useStore(undo);
    const save = useAction((wish: number) => undo.wish(wish));
    const times = [...new Set<number>([...UNDO_TIMES, seconds])].sort((a, b) => a - b);
    return (
        <>
            <Select
                label={t("undo.title")}
                hint={t(seconds > 0 ? "undo.on" : "undo.off")}
                testid="undo-seconds"
                value={String(seconds)}
                disabled={save.busy}
                choices={times.map((time) => ({ value: String(time), label: time === 0 ? t("undo.never") : durationText(time) }))}
                onChange={(value) => void save.run(Number(value))}
            />
            <Problem text={save.error && errorText(save.error)} />
        </>
    );
}
