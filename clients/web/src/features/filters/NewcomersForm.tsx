import { durationText } from "../../i18n/durations.js";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { NewcomerBar, Newcomers } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { Switch } from "../../ui/Switch.js";
import { BARS } from "./bars.js";

const TIMES = [0, 600, 3_600, 86_400, 259_200, 604_800];
const PAUSES = [0, 10, 30, 60, 300];
/** Where it is switched on and nothing was said yet. */
const FIRST: NewcomerBar[] = ["links", "mention_all"];
const HINTS: Partial<Record<NewcomerBar, Key>> = { strangers: "newcomers.strangers.hint" };

interface Props {
    /** Null: nothing holds for them. */
    newcomers: Newcomers | null;
    /** What can be barred. */
    bars: readonly NewcomerBar[];
    hint: string;
    onSave(newcomers: Newcomers | null): Promise<unknown>;
}

/** For how long people count as newcomers, and what holds for them until then; it takes effect at once. */
export function NewcomersForm({ newcomers, bars, hint, onSave }: Props) {
    const save = useAction(onSave);
    const stands = { seconds: newcomers?.seconds ?? 0, slow_mode_s: newcomers?.slow_mode_s ?? 0, bars: newcomers?.bars ?? [] };
    const set = (change: Partial<typeof stands>) => {
        const next = { ...stands, ...change };
        const nothing = next.seconds === 0 || (next.slow_mode_s === 0 && next.bars.length === 0);
        const begins = stands.seconds === 0 && next.seconds > 0;
        void save.run(begins ? { ...next, bars: FIRST } : nothing ? null : next);
    };
    return (
        <section className="filters" aria-label={t("newcomers.title")} data-testid="newcomers" data-seconds={stands.seconds} aria-busy={save.busy}>
            <Select label={t("newcomers.for")} hint={hint} testid="newcomers-for" value={String(stands.seconds)} disabled={save.busy} choices={choicesOf(TIMES, stands.seconds, "newcomers.off")} onChange={(value) => set({ seconds: Number(value) })} />
            {stands.seconds > 0 && (
                <>
                    <Select label={t("newcomers.slow")} testid="newcomers-slow" value={String(stands.slow_mode_s)} disabled={save.busy} choices={choicesOf(PAUSES, stands.slow_mode_s, "group.slow.off")} onChange={(value) => set({ slow_mode_s: Number(value) })} />
                    {bars.map((bar) => {
                        const on = stands.bars.includes(bar);
                        const hint = HINTS[bar];
                        return (
                            <Switch
                                key={bar}
                                label={t(BARS[bar])}
                                {...(hint && { hint: t(hint) })}
                                on={on}
                                disabled={save.busy}
                                testid={`newcomers-${bar}`}
                                onChange={() => set({ bars: on ? stands.bars.filter((one) => one !== bar) : [...stands.bars, bar] })}
                            />
                        );
                    })}
                </>
            )}
            <Problem text={save.error && errorText(save.error)} />
        </section>
    );
}

/** Those that are offered, and the one that stands. */
function choicesOf(times: number[], stands: number, none: Key): { value: string; label: string }[] {
    const all = [...new Set([...times, stands])].sort((a, b) => a - b);
    return all.map((time) => ({ value: String(time), label: time === 0 ? t(none) : durationText(time) }));
}
