import { useEffect, useRef, useState, type FormEvent } from "react";
import { untilText } from "../../i18n/dates.js";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import type { Presence } from "../../state/types.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { toast } from "../../ui/toast.js";
import { StatusEmoji } from "./StatusEmoji.js";

const ENDS = [0, 1_800, 3_600, 14_400, 86_400, 604_800];
/** It ends when it was to end. */
const KEEP = "keep";
/** Letters that fit the bytes of a status in any script. */
const LENGTH = 42;

/** What others see of whether one is there. */
export function Status() {
    const { presence } = useApp();
    const mine = useStore(presence.mine);
    const load = useAction(() => presence.load());
    const { run } = load;
    const as = mine && `${mine.choice} ${mine.text} ${mine.emoji} ${mine.until}`;
    /** What it was when one began to change it here: what comes meanwhile takes nothing away. */
    const [edited, setEdited] = useState<string | null>(null);
    useEffect(() => void run(), []); // eslint-disable-line react-hooks/exhaustive-deps -- once, when it is opened
    return (
        <section>
            <h3>{t("status.title")}</h3>
            <Problem text={mine ? null : load.error && errorText(load.error)} />
            {mine ? <StatusForm key={edited ?? as} mine={mine} onEdit={() => setEdited(edited ?? as)} onSaved={() => setEdited(null)} /> : !load.error && <Skeleton height="8rem" />}
        </section>
    );
}

function StatusForm({ mine, onEdit, onSaved }: { mine: Presence; onEdit: () => void; onSaved: () => void }) {
    const { presence, client } = useApp();
    const [choice, setChoice] = useState<NonNullable<Presence["choice"]>>(mine.choice ?? "auto");
    const [text, setText] = useState(mine.text ?? "");
    const [emoji, setEmoji] = useState(mine.emoji ?? "");
    const until = mine.until;
    const [chosen, setEnds] = useState(until === undefined ? "0" : KEEP);
    const ends = chosen === KEEP && until === undefined ? "0" : chosen; // it ended while one was writing
    const says = text.trim() !== "" || emoji !== "";
    const save = useAction(() =>
        presence.choose({ choice, ...(text.trim() && { text: text.trim() }), ...(emoji && { emoji }), ...(says && ends !== "0" && { expires_in: ends === KEEP ? secondsTo(until!, client.now()) : Number(ends) }) }),
    );
    const edits = useRef(0);
    const edit = () => {
        edits.current += 1;
        onEdit();
    };
    const onSubmit = async (event: FormEvent) => {
        event.preventDefault();
        const saved = edits.current;
        if (!(await save.run())) return;
        if (edits.current === saved) onSaved(); // else it goes on with what was typed meanwhile
        toast(t("settings.saved"));
    };
    const onEmoji = (picked: string) => {
        edit();
        setEmoji(picked);
    };
    return (
        <form className="settings-form" onChange={edit} onSubmit={(event) => void onSubmit(event)}>
            <Choices<NonNullable<Presence["choice"]>>
                legend={t("status.choice")}
                name="presence"
                value={choice}
                choices={[
                    { value: "auto", label: t("status.auto") },
                    { value: "busy", label: t("presence.busy") },
                    { value: "invisible", label: t("status.invisible") },
                ]}
                onChange={setChoice}
            />
            <Field
                label={t("status.text")}
                hint={mine.until !== undefined ? t("status.until", { time: untilText(mine.until) }) : t("status.text.hint")}
                testid="status-text"
                value={text}
                maxLength={LENGTH}
                autoComplete="off"
                onChange={(event) => setText(event.target.value)}
            />
            <StatusEmoji emoji={emoji} onPick={onEmoji} />
            {says && (
                <Select label={t("status.ends")} testid="status-ends" value={ends} choices={[...(until === undefined ? [] : [{ value: KEEP, label: t("status.until", { time: untilText(until) }) }]), ...ENDS.map((time) => ({ value: String(time), label: time === 0 ? t("status.never") : durationText(time) }))]} onChange={setEnds} />
            )}
            <Problem text={save.error && errorText(save.error)} />
            <Button type="submit" testid="status-save" disabled={save.busy}>
                {t("save")}
            </Button>
        </form>
    );
}

/** At least one: it may have ended just now. */
function secondsTo(iso: string, now: number): number {
    return Math.max(1, Math.round((Date.parse(iso) - now) / 1_000));
}
