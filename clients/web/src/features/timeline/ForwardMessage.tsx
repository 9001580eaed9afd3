import { useMemo, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import { useAction, useApp, useRooms } from "../../state/use.js";
import type { RoomSummary } from "../../state/room_list.js";
import { Avatar } from "../../ui/Avatar.js";
import { Dialog } from "../../ui/Dialog.js";
import { SearchField } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { toast } from "../../ui/toast.js";
import { bestFits } from "../text/fit.js";
import { useNames } from "../text/names.js";

interface Props {
    room: string;
    seq: number;
    onDone(): void;
}

const SHOWN = 50;

/** Asks to which chat a message is to be forwarded: the latest first, or those whose name fits. */
export default function ForwardMessage({ room, seq, onDone }: Props) {
    const app = useApp();
    const { rooms } = useRooms();
    const { titleOf } = useNames();
    const [wanted, setWanted] = useState("");
    // The same for every try, so that trying again is harmless.
    const [nonce] = useState(() => app.nonce());
    const fitting = useMemo(
        () => bestFits(rooms.filter((one) => app.writePermission.silence(one.room) === null), wanted, (one) => titleOf(one.room)).slice(0, SHOWN),
        [app, rooms, wanted, titleOf],
    );
    const send = useAction(async ({ room: to }: RoomSummary) => {
        await app.forward(room, seq, to.id, `${nonce}.${to.id}`);
        onDone();
        toast(t("forward.done", { name: titleOf(to) }), { label: t("forward.open"), run: () => go({ at: "room", room: to.id }) });
    });
    return (
        <Dialog title={t("forward.title")} closeLabel={t("cancel")} onClose={onDone}>
            <SearchField label={t("forward.search")} testid="forward-search" autoFocus value={wanted} onChange={(event) => setWanted(event.target.value)} />
            <Problem text={send.error && errorText(send.error)} />
            <ul className="forward-list">
                {fitting.map((one) => (
                    <li key={one.room.id}>
                        <button type="button" className="forward-room" data-testid="forward-to" data-href={hrefOf({ at: "room", room: one.room.id })} disabled={send.busy} onClick={() => void send.run(one)}>
                            <Avatar id={one.room.peer?.id ?? one.room.id} name={titleOf(one.room)} group={one.room.kind === "group"} size="small" />
                            <bdi className="one-line">{titleOf(one.room)}</bdi>
                        </button>
                    </li>
                ))}
            </ul>
            {fitting.length === 0 && <p className="muted">{t("rooms.none", { text: wanted.trim() })}</p>}
        </Dialog>
    );
}
