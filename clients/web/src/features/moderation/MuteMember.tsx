import { useState, type FormEvent } from "react";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { REASON_LENGTH } from "./RemoveMember.js";

const TIMES = [600, 3_600, 21_600, 86_400, 604_800, 2_592_000];

interface Props {
    name: string;
    onMute(seconds: number, reason: string | undefined): Promise<void>;
    onClose(): void;
}

/** Takes somebody the word for a time, with a reason for all to read. */
export function MuteMember({ name, onMute, onClose }: Props) {
    const [seconds, setSeconds] = useState(String(TIMES[1]));
    const [reason, setReason] = useState("");
    const mute = useAction(async () => {
        await onMute(Number(seconds), reason.trim() || undefined);
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void mute.run();
    };
    return (
        <Dialog title={t("members.mute.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("members.mute.what")}</p>
                <Choices legend={t("members.mute.time")} name="mute" value={seconds} choices={TIMES.map((time) => ({ value: String(time), label: durationText(time) }))} onChange={setSeconds} />
                <Field label={t("members.reason")} hint={t("members.reason.hint")} testid="reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={mute.error && errorText(mute.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="mute-confirm" disabled={mute.busy}>
                        {t("members.mute.do")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
