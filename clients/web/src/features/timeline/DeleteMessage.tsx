import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp } from "../../state/use.js";
import { Confirm } from "../../ui/Confirm.js";

interface Props {
    room: string;
    seq: number;
    onDone(): void;
}

/** Asks before a message is deleted for everyone. */
export function DeleteMessage({ room, seq, onDone }: Props) {
    const app = useApp();
    const remove = useAction(async () => {
        await app.delete(room, seq);
        onDone();
    });
    return (
        <Confirm
            title={t("message.delete.title")}
            text={t("message.delete.sure")}
            act={t("message.delete")}
            cancel={t("cancel")}
            busy={remove.busy}
            problem={remove.error && errorText(remove.error)}
            onAct={() => void remove.run()}
            onClose={onDone}
        />
    );
}
