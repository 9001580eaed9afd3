import { useEffect, useMemo, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { rightsOver, rightsOverAbsent } from "../../state/rights.js";
import { useApp, useMe, usePerson, useRoom, useStore } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { useNames } from "../people/names.js";
import { MemberActs } from "./MemberActs.js";

/** So many of a group are looked through for somebody. */
const MOST_READ = 200;

interface Props {
    id: string;
    room: string;
}

/** On the card of somebody of whom one saw a message: what one may do to them in its group, be they in it or gone. */
export default function PersonInRoom({ id, room: roomId }: Props) {
    const app = useApp();
    const me = useMe();
    const room = useRoom(roomId);
    const user = usePerson(id);
    const { nameOf } = useNames();
    const list = useMemo(() => app.members(roomId), [app, roomId]);
    const { members, next, loading, error } = useStore(list);
    const member = members.find((one) => one.user.id === id);
    const known = member !== undefined || next === null || members.length >= MOST_READ;
    const [asked, setAsked] = useState(false);
    const [read, setRead] = useState(false); // and stays so: what is asked meanwhile is not taken away
    useEffect(() => {
        setAsked(true);
        return list.watch();
    }, [list]);
    useEffect(() => {
        if (loading || !asked) return;
        if (known) setRead(true);
        else void list.upTo(MOST_READ);
    }, [list, asked, loading, known]);
    if (!room || !user) return null;
    const rights = member ? rightsOver(room, me.id, member) : rightsOverAbsent(room, user, next !== null);
    return (
        <section className="person-in-room" aria-label={t("members.acts", { name: nameOf(user) })} aria-busy={!read} data-testid="person-in-room" data-in={member !== undefined}>
            <Problem text={error && errorText(error)} />
            {read && (
                <>
                    {!member && next === null && <p className="muted small">{t("members.gone")}</p>}
                    <MemberActs member={member ?? { user, role: "member", joined_at: user.created_at }} list={list} rights={rights} as="buttons" />
                </>
            )}
        </section>
    );
}
