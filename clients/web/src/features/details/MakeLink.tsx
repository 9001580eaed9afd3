import { useState, type FormEvent } from "react";
import { numberText } from "../../i18n/dates.js";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";

const TIMES = [3_600, 86_400, 604_800, 2_592_000, 0];
const USES = [0, 1, 10, 100];

interface Props {
    onMake(limits: { seconds?: number; uses?: number }): Promise<void>;
    onClose(): void;
}

/** Asks for how long a new link is to let people in, and how many. */
export function MakeLink({ onMake, onClose }: Props) {
    const [seconds, setSeconds] = useState(String(TIMES[2]));
    const [uses, setUses] = useState("0");
    const make = useAction(async () => {
        await onMake({ ...(seconds !== "0" && { seconds: Number(seconds) }), ...(uses !== "0" && { uses: Number(uses) }) });
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void make.run();
    };
    return (
        <Dialog title={t("links.make.title")} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("links.make.what")}</p>
                <Select label={t("links.make.time")} testid="link-time" value={seconds} choices={TIMES.map((time) => ({ value: String(time), label: time === 0 ? t("links.forever") : durationText(time) }))} onChange={setSeconds} />
                <Select label={t("links.make.uses")} testid="link-uses" value={uses} choices={USES.map((count) => ({ value: String(count), label: count === 0 ? t("links.make.any") : numberText(count) }))} onChange={setUses} />
                <Problem text={make.error && errorText(make.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="primary" testid="link-save" disabled={make.busy}>
                        {t("links.make.do")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
