import type { Member } from "../../state/types.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction } from "../../state/use.js";
import { IconButton } from "../../ui/Button.js";
import { Problem } from "../../ui/Problem.js";
import { nameOf } from "../people/names.js";
import { openPerson } from "../people/person_card.js";
import { PersonRow } from "../people/PersonRow.js";

interface Props {
    member: Member;
    removable: boolean;
    onRemove(): Promise<void>;
}

/** Somebody in the group; a press opens who they are. */
export function MemberRow({ member: { user, role }, removable, onRemove }: Props) {
    const remove = useAction(onRemove);
    return (
        <li className="member" data-testid="member" data-user={user.username}>
            <div className="member-line">
                <button type="button" className="people-pick" disabled={user.deleted} onClick={() => openPerson(user.id)}>
                    <PersonRow user={user}>{role === "owner" && <span className="member-role">{t("members.owner")}</span>}</PersonRow>
                </button>
                {removable && (
                    <IconButton
                        icon="close"
                        label={t("members.remove.name", { name: nameOf(user) })}
                        size="small"
                        testid="remove-member"
                        disabled={remove.busy}
                        onClick={() => void remove.run()}
                    />
                )}
            </div>
            <Problem text={remove.error && errorText(remove.error)} />
        </li>
    );
}
