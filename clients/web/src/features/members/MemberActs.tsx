import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { codeOf } from "../../state/error_code.js";
import type { Members } from "../../state/members.js";
import { hasRights, isMuted, type Rights } from "../../state/rights.js";
import type { Member } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Confirm } from "../../ui/Confirm.js";
import { MenuButton, type MenuItem } from "../../ui/Menu.js";
import { toast } from "../../ui/toast.js";
import { DeleteMessages } from "../moderation/DeleteMessages.js";
import { MuteMember } from "../moderation/MuteMember.js";
import { RemoveMember } from "../moderation/RemoveMember.js";
import { useNames } from "../text/names.js";
import { ChangeRole } from "./ChangeRole.js";

interface Props {
    member: Member;
    list: Members;
    rights: Rights;
    /** As buttons one under the other, instead of a menu. */
    as?: "buttons";
}

type Act = "role" | "hand-over" | "mute" | "remove" | "ban" | "delete-messages";

/** What one may do to somebody in the group; nothing where that is nothing. */
export function MemberActs({ member, list, rights, as }: Props) {
    const { nameOf } = useNames();
    const { client } = useApp();
    const [act, setAct] = useState<Act | null>(null);
    const name = nameOf(member.user);
    const close = () => setAct(null);
    const handOver = useAction(async () => {
        await list.setRole(member.user.id, "owner");
        close();
    });
    const unmute = () => void list.unmute(member.user.id).catch((error: unknown) => toast(errorText(codeOf(error))));
    if (!hasRights(rights)) return null;
    const items = () => itemsOf(rights, isMuted(member.muted_until, client.now()), setAct, unmute);
    return (
        <>
            {as === "buttons" ? <Buttons items={items()} /> : <MenuButton label={t("members.acts", { name })} icon="more" size="small" testid="member-acts" items={items} />}
            {act === "role" && <ChangeRole name={name} role={member.role} roles={rights.roles} onSave={(role) => list.setRole(member.user.id, role)} onClose={close} />}
            {act === "mute" && <MuteMember name={name} onMute={(seconds, reason) => list.mute(member.user.id, seconds, reason)} onClose={close} />}
            {act === "remove" && <RemoveMember name={name} mayBan={rights.ban} mayDelete={rights.deleteMessages} onRemove={(reason) => list.remove(member.user.id, reason)} onBan={(seconds, reason) => list.ban(member.user.id, seconds, reason)} onDelete={(seconds) => list.deleteMessages(member.user.id, seconds)} onClose={close} />}
            {act === "ban" && <RemoveMember name={name} mayBan mayDelete={rights.deleteMessages} onBan={(seconds, reason) => list.ban(member.user.id, seconds, reason)} onDelete={(seconds) => list.deleteMessages(member.user.id, seconds)} onClose={close} />}
            {act === "delete-messages" && <DeleteMessages name={name} onDelete={(seconds) => list.deleteMessages(member.user.id, seconds)} onClose={close} />}
            {act === "hand-over" && (
                <Confirm
                    title={t("members.hand_over.title", { name })}
                    text={t("members.hand_over.sure")}
                    act={t("members.hand_over.do")}
                    cancel={t("cancel")}
                    busy={handOver.busy}
                    problem={handOver.error && errorText(handOver.error)}
                    onAct={() => void handOver.run()}
                    onClose={close}
                />
            )}
        </>
    );
}

function Buttons({ items }: { items: MenuItem[] }) {
    return (
        <div className="acts">
            {items.map(({ id, label, icon, danger, onPick }) => (
                <Button key={id} {...(icon && { icon })} {...(danger && { kind: "danger" as const })} testid={`person-${id}`} onClick={onPick}>
                    {label}
                </Button>
            ))}
        </div>
    );
}

function itemsOf(rights: Rights, muted: boolean, onPick: (act: Act) => void, onUnmute: () => void): MenuItem[] {
    const items: MenuItem[] = [];
    if (rights.roles.length > 0) items.push({ id: "role", label: t("members.role"), icon: "person", onPick: () => onPick("role") });
    if (rights.mute && muted) items.push({ id: "unmute", label: t("members.unmute"), icon: "bell", onPick: onUnmute });
    if (rights.mute) items.push({ id: "mute", label: t(muted ? "members.mute.again" : "members.mute"), icon: "bellOff", onPick: () => onPick("mute") });
    if (rights.handOver) items.push({ id: "hand-over", label: t("members.hand_over"), icon: "send", onPick: () => onPick("hand-over") });
    if (rights.deleteMessages) items.push({ id: "delete-messages", label: t("members.delete_messages"), icon: "trash", danger: true, onPick: () => onPick("delete-messages") });
    if (rights.remove) items.push({ id: "remove", label: t("members.remove"), icon: "close", danger: true, onPick: () => onPick("remove") });
    else if (rights.ban) items.push({ id: "ban", label: t("members.ban"), icon: "block", danger: true, onPick: () => onPick("ban") });
    return items;
}
