import { useState, type FormEvent } from "react";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { AdminRooms } from "../../state/admin_rooms.js";
import type { AdminRoom, Hold } from "../../state/types.js";
import { useAction } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { REASON_LENGTH } from "../moderation/RemoveMember.js";

interface Words {
    act: Key;
    what: Key;
}

const DOES: Record<Hold, Words> = {
    locked: { act: "admin.room.lock", what: "admin.room.lock.what" },
    archived: { act: "admin.room.close", what: "admin.room.close.what" },
    unlisted: { act: "admin.room.unlist", what: "admin.room.unlist.what" },
};
const UNDOES: Record<Hold, Words> = {
    locked: { act: "admin.room.unlock", what: "admin.room.unlock.what" },
    archived: { act: "admin.room.open", what: "admin.room.open.what" },
    unlisted: { act: "admin.room.relist", what: "admin.room.relist.what" },
};

/** Does something to a group that its own people do not undo, or lets go of it, with a reason for them to read. */
export function HoldRoom({ hold, room, rooms, onClose }: { hold: Hold; room: AdminRoom; rooms: AdminRooms; onClose(): void }) {
    const [held] = useState(room.held.includes(hold));
    const [reason, setReason] = useState("");
    const { act, what } = (held ? UNDOES : DOES)[hold];
    const oversee = useAction(async () => {
        await rooms.oversee(room.id, { [hold]: !held, ...(reason.trim() && { reason: reason.trim() }) });
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void oversee.run();
    };
    return (
        <Dialog title={t(act)} closeLabel={t("cancel")} size="small" onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t(what)}</p>
                <Field label={t("members.reason")} hint={t("admin.room.reason.hint")} testid="hold-reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={oversee.error && errorText(oversee.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind={held ? "primary" : "danger"} testid="hold-confirm" disabled={oversee.busy}>
                        {t(act)}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}
