import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

/** Letters of a reason: they fit its bytes in any script. */
export const REASON_LENGTH = 120;

interface Props {
    name: string;
    onRemove(reason: string | undefined): Promise<void>;
    onClose(): void;
}

/** Asks before somebody is removed, and why. */
export function RemoveMember({ name, onRemove, onClose }: Props) {
    const [reason, setReason] = useState("");
    const remove = useAction(async () => {
        await onRemove(reason.trim() || undefined);
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void remove.run();
    };
    return (
        <Dialog title={t("members.remove.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <Field label={t("members.reason")} hint={t("members.reason.hint")} testid="reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={remove.error && errorText(remove.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="remove-member" disabled={remove.busy}>
                        {t("members.remove")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
