import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { REASON_LENGTH } from "../moderation/RemoveMember.js";

interface Props {
    /** Who wrote it. */
    name: string;
    onDelete(reason: string): Promise<void>;
    onClose(): void;
}

/** Asks an administrator before what was reported is deleted, in a room in which they need not be. */
export function DeleteReported({ name, onDelete, onClose }: Props) {
    const [reason, setReason] = useState("");
    const remove = useAction(async () => {
        await onDelete(reason);
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void remove.run();
    };
    return (
        <Dialog title={t("message.delete.title")} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("reports.delete.what", { name })}</p>
                <Field label={t("members.reason")} hint={t("reports.delete.reason.hint")} testid="delete-reported-reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={remove.error && errorText(remove.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="delete-reported-confirm" disabled={remove.busy}>
                        {t("message.delete")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
