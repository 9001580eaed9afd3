import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { errorText, t, type Key } from "../../i18n/mod.js";
import type { ReportQueue } from "../../state/report_queue.js";
import type { Members } from "../../state/members.js";
import type { Rights } from "../../state/rights.js";
import type { Report } from "../../state/types.js";
import { useAction, useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { MembersProblem } from "../members/MembersProblem.js";
import { useMember } from "../members/use_member.js";
import { DeleteMessages } from "../moderation/DeleteMessages.js";
import { MuteMember } from "../moderation/MuteMember.js";
import { REASON_LENGTH, RemoveMember } from "../moderation/RemoveMember.js";
import DeleteMessage from "../moderation/DeleteMessage.js";
import { DeleteReported } from "./DeleteReported.js";

interface Props {
    report: Report;
    queue: ReportQueue;
    /** Those in the group whose queue it is. */
    members: Members | null;
    /** Who is reported. */
    name: string;
}

/** What can be done about a report, and deciding of it. */
export function ReportActs({ report: { id }, report, queue, members, name }: Props) {
    const [reason, setReason] = useState("");
    const decide = useAction((outcome: "acted" | "dismissed") => queue.resolve(id, outcome, reason));
    const handOn = useAction(() => queue.escalate(id, reason));
    const busy = decide.busy || handOn.busy;
    const error = decide.error ?? handOn.error;
    const deciding = useRef<HTMLDivElement>(null);
    return (
        <>
            {members && <Acts report={report} list={members} name={name} />}
            {queue.room === null && report.kind === "message" && <ServerActs name={name} onDelete={(why) => queue.deleteMessage(id, why)} onDeleted={() => deciding.current?.querySelector("button")?.focus()} />}
            <Field label={t("reports.reason")} hint={t("reports.reason.hint")} testid="report-reason" value={reason} maxLength={REASON_LENGTH} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
            <Problem text={error && errorText(error)} />
            <div ref={deciding} className="acts">
                <Button kind="primary" icon="check" testid="report-acted" disabled={busy} onClick={() => void decide.run("acted")}>
                    {t("reports.acted")}
                </Button>
                <Button testid="report-dismissed" disabled={busy} onClick={() => void decide.run("dismissed")}>
                    {t("reports.dismissed")}
                </Button>
                {queue.room !== null && (
                    <Button testid="report-escalate" disabled={busy} onClick={() => void handOn.run()}>
                        {t("reports.escalate")}
                    </Button>
                )}
            </div>
        </>
    );
}

/** What administrators may do to a message of any room. What was pressed is gone with it, and the focus goes on. */
function ServerActs({ name, onDelete, onDeleted }: { name: string; onDelete(reason: string): Promise<void>; onDeleted(): void }) {
    const [state, setState] = useState<"asked" | "deleted" | null>(null);
    const remove = async (reason: string) => {
        await onDelete(reason);
        flushSync(() => setState("deleted"));
        onDeleted();
    };
    if (state === "deleted") return <p role="status" data-testid="reported-deleted">{t("reports.delete.done")}</p>;
    return (
        <div className="acts">
            <Button icon="trash" testid="report-delete" onClick={() => setState("asked")}>
                {t("message.delete")}
            </Button>
            {state === "asked" && <DeleteReported name={name} onDelete={remove} onClose={() => setState((now) => (now === "asked" ? null : now))} />}
        </div>
    );
}

type Act = "delete" | "mute" | "remove" | "ban" | "delete-messages";

interface ActsProps {
    report: Report;
    list: Members;
    name: string;
}

/** What moderators of the group may do to the message, and to who wrote it, who may have left. */
function Acts({ report: { seq, user_id: user }, list, name }: ActsProps) {
    if (user === undefined || seq === undefined) return null;
    return <ActsOn seq={seq} user={user} list={list} name={name} />;
}

function ActsOn({ seq, user, list, name }: Omit<ActsProps, "report"> & { seq: number; user: string }) {
    const { room } = list;
    const { member, perhaps, rights, error } = useMember(user, list);
    const mayDelete = useMay(room, "delete");
    const [act, setAct] = useState<Act | null>(null);
    const close = () => setAct(null);
    const gone = rights !== null && !member && !perhaps;
    const out = { name, mayBan: rights?.ban === true, mayDelete, onBan: (seconds?: number, why?: string) => list.ban(user, seconds, why), onDelete: (seconds?: number) => list.deleteMessages(user, seconds), onClose: close };
    return (
        <>
            <MembersProblem list={list} />
            {gone && <p className="muted small">{t("members.gone")}</p>}
            <div className="acts" aria-busy={rights === null && !error}>
                {offered(rights, mayDelete).map(({ id, testid, icon, label }) => (
                    <Button key={id} icon={icon} testid={testid} onClick={() => setAct(id)}>
                        {t(label)}
                    </Button>
                ))}
            </div>
            {act === "delete" && <DeleteMessage room={room} seq={seq} forAll onDone={close} />}
            {act === "mute" && <MuteMember name={name} onMute={(seconds, why) => list.mute(user, seconds, why)} onClose={close} />}
            {act === "remove" && <RemoveMember {...out} onRemove={(why) => list.remove(user, why)} />}
            {act === "ban" && <RemoveMember {...out} />}
            {act === "delete-messages" && <DeleteMessages name={name} onDelete={out.onDelete} onClose={close} />}
        </>
    );
}

interface Offer {
    id: Act;
    testid: string;
    icon: "trash" | "bellOff" | "block";
    label: Key;
}

/** Who is in the group is removed, and kept out with it; who is gone is only kept out, and what they left is swept. */
function offered(rights: Rights | null, mayDelete: boolean): Offer[] {
    const offers: Offer[] = mayDelete ? [{ id: "delete", testid: "report-delete", icon: "trash", label: "message.delete" }] : [];
    if (rights?.mute) offers.push({ id: "mute", testid: "report-mute", icon: "bellOff", label: "members.mute" });
    if (rights?.remove) offers.push({ id: "remove", testid: "report-remove", icon: "block", label: "members.remove" });
    else if (rights?.ban) offers.push({ id: "ban", testid: "report-ban", icon: "block", label: "members.ban" });
    if (rights?.deleteMessages && !rights.remove) offers.push({ id: "delete-messages", testid: "report-delete-messages", icon: "trash", label: "members.delete_messages" });
    return offers;
}
