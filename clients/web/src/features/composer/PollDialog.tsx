import { useState, type FormEvent } from "react";
import { t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field, TextArea } from "../../ui/Field.js";
import { Select } from "../../ui/Select.js";
import { Switch } from "../../ui/Switch.js";
import { localTime } from "./local_time.js";
import { optionsOf, pollLimits, problemOf } from "./poll_form.js";

const HOUR_S = 3_600;
const SPANS = { hour: HOUR_S, day: 24 * HOUR_S, week: 7 * 24 * HOUR_S } as const;
type End = "never" | keyof typeof SPANS | "time";

/** The form for a poll. */
export default function PollDialog({ room, thread, onClose }: { room: string; thread: number | null; onClose(): void }) {
    const app = useApp();
    const limits = pollLimits(app.client.limits);
    const [question, setQuestion] = useState("");
    const [options, setOptions] = useState(["", ""]);
    const [multiple, setMultiple] = useState(false);
    const [anonymous, setAnonymous] = useState(false);
    const [end, setEnd] = useState<End>("never");
    const [time, setTime] = useState(() => localTime(new Date(app.client.now() + SPANS.day * 1_000)));
    const [problem, setProblem] = useState<ReturnType<typeof problemOf>>(null);
    const write = (at: number, text: string) => {
        const next = options.with(at, text);
        setOptions(next.at(-1)!.trim() !== "" && next.length < limits.options ? [...next, ""] : next);
    };
    const now = () => app.client.now();
    const closes = end === "never" ? null : end === "time" ? new Date(time) : new Date(now() + SPANS[end] * 1_000);
    const ask = (event: FormEvent) => {
        event.preventDefault();
        event.stopPropagation(); // React hands it on to the form of the field
        const wrong = problemOf(question, options, closes, limits, now());
        setProblem(wrong);
        if (wrong) return;
        app.ask(room, { text: question.trim(), options: optionsOf(options), ...(multiple && { multiple }), ...(anonymous && { anonymous }), ...(closes && { closes_at: closes.toISOString() }) }, thread);
        onClose();
    };
    return (
        <Dialog title={t("poll.new")} closeLabel={t("cancel")} onClose={onClose}>
            <form className="poll-form" onSubmit={ask} noValidate>
                <TextArea label={t("poll.question")} value={question} rows={2} autoFocus data-focus testid="poll-question" error={problem?.field === "question" ? problem.text : null} onChange={(event) => setQuestion(event.target.value)} />
                <fieldset className="poll-form-options">
                    <legend className="hidden-visually">{t("poll.options")}</legend>
                    {options.map((text, at) => (
                        <Field key={at} label={t("poll.option.nth", { count: at + 1 })} value={text} dir="auto" autoComplete="off" testid="poll-option-text" error={problem?.field === at ? problem.text : null} onChange={(event) => write(at, event.target.value)} />
                    ))}
                </fieldset>
                <Switch label={t("poll.allow_several")} on={multiple} testid="poll-multiple" onChange={setMultiple} />
                <Switch label={t("poll.anonymous")} hint={t("poll.anonymous.hint")} on={anonymous} testid="poll-anonymous" onChange={setAnonymous} />
                <Select<End>
                    label={t("poll.end")}
                    value={end}
                    choices={[
                        { value: "never", label: t("poll.end.never") },
                        { value: "hour", label: t("poll.end.hour") },
                        { value: "day", label: t("poll.end.day") },
                        { value: "week", label: t("poll.end.week") },
                        { value: "time", label: t("later.choose") },
                    ]}
                    testid="poll-end"
                    onChange={setEnd}
                />
                {end === "time" && <Field label={t("poll.end.at")} type="datetime-local" value={time} min={localTime(new Date(now()))} testid="poll-time" error={problem?.field === "end" ? problem.text : null} onChange={(event) => setTime(event.target.value)} />}
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button kind="primary" type="submit" testid="poll-send">
                        {t("poll.ask")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
