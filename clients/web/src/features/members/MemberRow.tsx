import type { Member } from "../../state/types.js";
import { untilText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import type { Members } from "../../state/members.js";
import { isMuted, type Rights } from "../../state/rights.js";
import { useApp } from "../../state/use.js";
import { openPerson } from "../people/person_card.js";
import { PersonRow } from "../people/PersonRow.js";
import { roleName } from "../text/roles.js";
import { MemberActs } from "./MemberActs.js";

interface Props {
    member: Member;
    list: Members;
    rights: Rights;
}

/** Somebody in the group; a press opens who they are, the menu what one may do. */
export function MemberRow({ member, list, rights }: Props) {
    const { user, role, muted_until: until } = member;
    const { client } = useApp();
    return (
        <li className="member" data-testid="member" data-user={user.username} data-role={role}>
            <div className="member-line">
                <button type="button" className="people-pick" disabled={user.deleted} onClick={() => openPerson(user.id)}>
                    <PersonRow user={user}>
                        {isMuted(until, client.now()) && <span className="tag" data-testid="muted-mark" data-kind="warning">{t("members.muted", { time: untilText(until!) })}</span>}
                        {role !== "member" && <span className="tag">{roleName(role)}</span>}
                    </PersonRow>
                </button>
                <MemberActs member={member} list={list} rights={rights} />
            </div>
        </li>
    );
}
