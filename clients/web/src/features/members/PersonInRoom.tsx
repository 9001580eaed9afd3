import { t } from "../../i18n/mod.js";
import { usePerson } from "../../state/use.js";
import { useNames } from "../text/names.js";
import { MemberActs } from "./MemberActs.js";
import { MembersProblem } from "./MembersProblem.js";
import { useMember, useMembers } from "./use_member.js";

interface Props {
    id: string;
    room: string;
}

/** On the card of somebody of whom one saw a message: what one may do to them in its group, be they in it or gone. */
export default function PersonInRoom({ id, room }: Props) {
    const user = usePerson(id);
    const { nameOf } = useNames();
    const list = useMembers(room);
    const { member, perhaps, rights, error } = useMember(id, list);
    if (!user) return null;
    return (
        <section className="person-in-room" aria-label={t("members.acts", { name: nameOf(user) })} aria-busy={rights === null && !error} data-testid="person-in-room" data-in={member !== undefined}>
            <MembersProblem list={list} />
            {rights && (
                <>
                    {!member && !perhaps && <p className="muted small">{t("members.gone")}</p>}
                    <MemberActs member={member ?? { user, role: "member", joined_at: user.created_at }} list={list} rights={rights} as="buttons" />
                </>
            )}
        </section>
    );
}
