import { useState, type FormEvent } from "react";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { REASON_LENGTH } from "../moderation/RemoveMember.js";

const TIMES = [86_400, 604_800, 2_592_000];

interface Props {
    name: string;
    /** 0 seconds: for good. */
    onSuspend(seconds: number, reason: string): Promise<void>;
    onClose(): void;
}

/** Takes somebody the way in, for a time or for good, with a reason for them to read. */
export function SuspendPerson({ name, onSuspend, onClose }: Props) {
    const [seconds, setSeconds] = useState(String(TIMES[1]));
    const [reason, setReason] = useState("");
    const suspend = useAction(async () => {
        await onSuspend(Number(seconds), reason.trim());
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void suspend.run();
    };
    const choices = [...TIMES.map((time) => ({ value: String(time), label: durationText(time) })), { value: "0", label: t("admin.suspend.forever") }];
    return (
        <Dialog title={t("admin.suspend.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("admin.suspend.what")}</p>
                <Choices legend={t("admin.suspend.time")} name="suspend" value={seconds} choices={choices} onChange={setSeconds} />
                <Field label={t("members.reason")} hint={t("admin.suspend.reason.hint")} testid="suspend-reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={suspend.error && errorText(suspend.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="suspend-confirm" disabled={suspend.busy}>
                        {t("admin.suspend")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
