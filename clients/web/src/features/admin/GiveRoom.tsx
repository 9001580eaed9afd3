import { useEffect, useMemo, useRef, useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { AdminRooms } from "../../state/admin_rooms.js";
import type { AdminRoom } from "../../state/types.js";
import { useAction, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { REASON_LENGTH } from "../moderation/RemoveMember.js";
import { PersonRow } from "../people/PersonRow.js";
import { roleName } from "../text/roles.js";

interface Props {
    room: AdminRoom;
    rooms: AdminRooms;
    onClose(): void;
}

/** Makes one of its members the owner of a group. */
export function GiveRoom({ room, rooms, onClose }: Props) {
    const [picked, setPicked] = useState("");
    const [reason, setReason] = useState("");
    const give = useAction(async () => {
        await rooms.oversee(room.id, { owner: picked, ...(reason.trim() && { reason: reason.trim() }) });
        onClose();
    });
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        if (picked !== "") void give.run();
    };
    return (
        <Dialog title={t("admin.room.give")} closeLabel={t("cancel")} onClose={onClose}>
            <form className="member-form" onSubmit={onSubmit}>
                <p className="muted">{t("admin.room.give.what")}</p>
                <MemberChoices room={room} rooms={rooms} picked={picked} onPick={setPicked} />
                <Field label={t("members.reason")} hint={t("admin.room.reason.hint")} testid="give-reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
                <Problem text={give.error && errorText(give.error)} />
                <div className="dialog-acts">
                    <Button onClick={onClose}>{t("cancel")}</Button>
                    <Button type="submit" kind="primary" testid="give-confirm" disabled={give.busy || picked === ""}>
                        {t("admin.room.give")}
                    </Button>
                </div>
            </form>
        </Dialog>
    );
}

function MemberChoices({ room, rooms, picked, onPick }: { room: AdminRoom; rooms: AdminRooms; picked: string; onPick(id: string): void }) {
    const lines = useRef<HTMLDivElement>(null);
    const list = useMemo(() => rooms.membersOf(room.id), [rooms, room.id]);
    const { members, next, busy, error } = useStore(list);
    useEffect(() => void list.read(), [list]);
    const others = members.filter(({ user }) => user.id !== room.owner?.id);
    return (
        <fieldset aria-busy={busy}>
            <legend className="field-label">{t("admin.room.give.who")}</legend>
            <div ref={lines} className="choices admin-members scrolls">
                {others.map(({ user, role }) => (
                    <label key={user.id} className="choice" data-testid="give-to" data-user={user.username}>
                        <PersonRow user={user} />
                        <span className="muted small">{roleName(role)}</span>
                        <input type="radio" name="give-to" value={user.id} checked={user.id === picked} onChange={() => onPick(user.id)} />
                    </label>
                ))}
            </div>
            {!busy && !error && others.length === 0 && <p className="muted small">{t("admin.people.none")}</p>}
            <Problem text={error && errorText(error)} />
            {next !== null && (
                <MoreButton list={lines} testid="give-more" busy={busy} onMore={() => void list.read()}>
                    {t("search.more")}
                </MoreButton>
            )}
        </fieldset>
    );
}
