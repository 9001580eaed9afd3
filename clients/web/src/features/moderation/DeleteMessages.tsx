import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Choices } from "../../ui/Choices.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { toast } from "../../ui/toast.js";
import { spanChoices } from "./deletion_spans.js";

interface Props {
    name: string;
    /** Of the last so many seconds, or all; resolves to how many messages that were. */
    onDelete(seconds: number | undefined): Promise<number>;
    onClose(): void;
}

/** Asks before what somebody wrote is deleted for everyone, and how far back. */
export function DeleteMessages({ name, onDelete, onClose }: Props) {
    const [span, setSpan] = useState("3600");
    const deletion = useAction(async () => {
        const count = await onDelete(span === "" ? undefined : Number(span));
        toast(t("members.delete_messages.done", { count }));
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void deletion.run();
    };
    return (
        <Dialog title={t("members.delete_messages.title", { name })} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("members.delete_messages.what")}</p>
                <Choices legend={t("members.delete_messages.span")} name="span" value={span} choices={spanChoices()} onChange={setSpan} />
                <Problem text={deletion.error && errorText(deletion.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="danger" testid="delete-messages" disabled={deletion.busy}>
                        {t("members.delete_messages.do")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
