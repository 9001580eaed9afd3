import { t } from "../../i18n/mod.js";
import { usePeople, useReaders } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { PersonRow } from "../people/PersonRow.js";

interface Props {
    room: string;
    seq: number;
    onClose(): void;
}

/** Who has read a message, of those who let it be told. */
export default function SeenBy({ room, seq, onClose }: Props) {
    const ids = useReaders(room, seq);
    const people = usePeople(ids);
    return (
        <Dialog title={t("message.seen_by", { count: ids.length })} closeLabel={t("close")} size="small" onClose={onClose}>
            <ul role="list" className="reactors" data-testid="seen-by">
                {people.map((user) => user && (
                    <li key={user.id}>
                        <PersonRow user={user} />
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}
