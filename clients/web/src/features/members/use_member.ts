import { useEffect, useMemo, useState } from "react";
import { LARGE_PAGE, type Members } from "../../state/members.js";
import { rightsOver, rightsOverAbsent, type Rights } from "../../state/rights.js";
import type { Member } from "../../state/types.js";
import { useApp, useMe, usePerson, useRoom, useStore } from "../../state/use.js";

interface MemberOf {
    /** Undefined: they are not in it, or (`perhaps`) not among those that were read. */
    member: Member | undefined;
    perhaps: boolean;
    /** What one may do to them; null while that is not known. */
    rights: Rights | null;
    error: string | null;
}

/** Who is in a group, while one looks. */
export function useMembers(room: string): Members {
    const app = useApp();
    const list = useMemo(() => app.members(room), [app, room]);
    useEffect(() => list.watch(), [list]);
    return list;
}

/** Somebody of a group, be they in it or gone, and what one may do to them. */
export function useMember(id: string, list: Members): MemberOf {
    const me = useMe();
    const room = useRoom(list.room);
    const user = usePerson(id);
    const { members, next, loading, error } = useStore(list);
    const member = members.find((one) => one.user.id === id);
    const perhaps = next !== null;
    const known = member !== undefined || !perhaps || members.length >= LARGE_PAGE;
    const [read, setRead] = useState(false); // and stays so: what is asked meanwhile is not taken away
    useEffect(() => {
        if (loading || error || members.length === 0) return; // oneself at least is in it; what failed is read again when the connection is back
        if (known) setRead(true);
        else void list.upTo(LARGE_PAGE);
    }, [list, loading, error, members, known]);
    const rights = !room || !user || !read ? null : member ? rightsOver(room, me.id, member) : rightsOverAbsent(room, user, perhaps);
    return { member, perhaps, rights, error };
}
