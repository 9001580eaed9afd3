import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useApp, usePeople, useReaders, useStore } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";

interface Props {
    room: string;
    seq: number;
    onClose(): void;
}

/** Who has read a message, of those who let it be told. */
export default function SeenBy(props: Props) {
    const { receipts } = useApp();
    const [asked] = useState(() => receipts.areAsked(props.room));
    return asked ? <Asked {...props} /> : <Told {...props} />;
}

function Told({ room, seq, onClose }: Props) {
    const ids = useReaders(room, seq);
    return (
        <Dialog title={t("message.seen_by", { count: ids.length })} closeLabel={t("close")} size="small" onClose={onClose}>
            <People ids={ids} />
        </Dialog>
    );
}

/** In a room of many people it is read now, as it stands, and not followed. */
function Asked({ room, seq, onClose }: Props) {
    const app = useApp();
    const lines = useRef<HTMLUListElement>(null);
    const seen = useMemo(() => app.seenBy(room, seq), [app, room, seq]);
    const { readers, all, busy, error } = useStore(seen);
    useEffect(() => {
        void seen.more();
        return () => seen.end();
    }, [seen]);
    return (
        <Dialog title={all ? t("message.seen_by", { count: readers.length }) : t("message.seen_by.open")} closeLabel={t("close")} size="small" onClose={onClose}>
            <Problem text={error && errorText(error)} />
            <People ids={[...readers]} lines={lines} busy={busy} />
            {!all && (
                <MoreButton list={lines} testid="seen-by-more" busy={busy} onMore={() => void seen.more()}>
                    {t("members.more")}
                </MoreButton>
            )}
        </Dialog>
    );
}

function People({ ids, lines, busy = false }: { ids: string[]; lines?: RefObject<HTMLUListElement | null>; busy?: boolean }) {
    const people = usePeople(ids);
    return (
        <ul ref={lines} role="list" className="reactors" data-testid="seen-by" aria-busy={busy}>
            {people.map((user) => user && (
                <li key={user.id}>
                    <PersonRow user={user} />
                </li>
            ))}
        </ul>
    );
}
