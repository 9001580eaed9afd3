import { useState, type FormEvent } from "react";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import { codeOf } from "../../state/error_code.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { Select } from "../../ui/Select.js";
import { toast } from "../../ui/toast.js";
import { spanChoices } from "./deletion_spans.js";

/** Letters of a reason: they fit its bytes in any script. */
export const REASON_LENGTH = 120;

/** How long somebody is kept out; "0": not at all, "": for good. */
const TIMES = ["0", "86400", "604800", "2592000", ""];

/** Their messages stay. */
const KEEP = "keep";

interface Props {
    name: string;
    mayBan: boolean;
    mayDelete: boolean;
    /** Not given: they may be out already, and are only kept out. */
    onRemove?(reason: string | undefined): Promise<void>;
    /** For so many seconds, or for good. */
    onBan(seconds: number | undefined, reason: string | undefined): Promise<void>;
    /** What they wrote in the last so many seconds, or all of it. */
    onDelete(seconds: number | undefined): Promise<number>;
    onClose(): void;
}

/** Asks before somebody is removed, why, and whether they may come back. */
export function RemoveMember({ name, mayBan, mayDelete, onRemove, onBan, onDelete, onClose }: Props) {
    const times = onRemove ? TIMES : TIMES.slice(1);
    const [time, setTime] = useState(times[0]!);
    const [span, setSpan] = useState(KEEP);
    const [reason, setReason] = useState("");
    const remove = useAction(async () => {
        const why = reason.trim() || undefined;
        await (onRemove && time === "0" ? onRemove(why) : onBan(Number(time) || undefined, why));
        // With them their row is gone, and this question with it: a toast says what became of the messages.
        if (span !== KEEP) void onDelete(span === "" ? undefined : Number(span)).then(tellDeleted, (error: unknown) => toast(errorText(codeOf(error))));
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void remove.run();
    };
    return (
        <Dialog title={t(onRemove ? "members.remove.title" : "members.ban.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <Field label={t("members.reason")} hint={t("members.reason.hint")} testid="reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                {mayBan && <Select label={t("members.remove.back")} testid="keep-out" value={time} choices={times.map((value) => ({ value, label: backText(value) }))} onChange={setTime} />}
                {mayDelete && <Select label={t("members.remove.messages")} testid="their-messages" value={span} choices={[{ value: KEEP, label: t("members.remove.messages.keep") }, ...spanChoices()]} onChange={setSpan} />}
                <Problem text={remove.error && errorText(remove.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="remove-member" disabled={remove.busy}>
                        {t(onRemove ? "members.remove" : "members.ban")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

function tellDeleted(count: number): void {
    toast(t("members.delete_messages.done", { count }));
}

function backText(time: string): string {
    if (time === "0") return t("members.remove.back.yes");
    return time === "" ? t("members.remove.back.never") : t("members.remove.back.after", { time: durationText(Number(time)) });
}
