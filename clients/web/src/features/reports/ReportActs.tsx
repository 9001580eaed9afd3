import { useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { errorText, t } from "../../i18n/mod.js";
import type { ReportQueue } from "../../state/report_queue.js";
import type { Report } from "../../state/types.js";
import { useAction, useApp, useMay } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { MuteMember } from "../members/MuteMember.js";
import { REASON_LENGTH, RemoveMember } from "../members/RemoveMember.js";
import DeleteMessage from "../timeline/DeleteMessage.js";
import { DeleteReported } from "./DeleteReported.js";

interface Props {
    report: Report;
    queue: ReportQueue;
    /** Who is reported. */
    name: string;
}

/** What can be done about a report, and deciding of it. */
export function ReportActs({ report: { id }, report, queue, name }: Props) {
    const [reason, setReason] = useState("");
    const decide = useAction((outcome: "acted" | "dismissed") => queue.resolve(id, outcome, reason));
    const handOn = useAction(() => queue.escalate(id, reason));
    const busy = decide.busy || handOn.busy;
    const error = decide.error ?? handOn.error;
    const deciding = useRef<HTMLDivElement>(null);
    return (
        <>
            {queue.room !== null && <Acts report={report} room={queue.room} name={name} />}
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

type Act = "delete" | "mute" | "remove";

/** What moderators of the group may do to the message, and to who wrote it. */
function Acts({ report: { seq, user_id: user }, room, name }: { report: Report; room: string; name: string }) {
    const app = useApp();
    const list = useMemo(() => app.members(room), [app, room]);
    const [act, setAct] = useState<Act | null>(null);
    const may = { delete: useMay(room, "delete"), mute: useMay(room, "mute"), remove: useMay(room, "remove"), ban: useMay(room, "ban") };
    const close = () => setAct(null);
    if (user === undefined || seq === undefined) return null;
    return (
        <div className="acts">
            {may.delete && (
                <Button icon="trash" testid="report-delete" onClick={() => setAct("delete")}>
                    {t("message.delete")}
                </Button>
            )}
            {may.mute && (
                <Button icon="bellOff" testid="report-mute" onClick={() => setAct("mute")}>
                    {t("members.mute")}
                </Button>
            )}
            {may.remove && (
                <Button icon="block" testid="report-remove" onClick={() => setAct("remove")}>
                    {t("members.remove")}
                </Button>
            )}
            {act === "delete" && <DeleteMessage room={room} seq={seq} forAll onDone={close} />}
            {act === "mute" && <MuteMember name={name} onMute={(seconds, why) => list.mute(user, seconds, why)} onClose={close} />}
            {act === "remove" && <RemoveMember name={name} mayBan={may.ban} mayDelete={may.delete} onRemove={(why) => list.remove(user, why)} onBan={(seconds, why) => list.ban(user, seconds, why)} onDelete={(seconds) => list.deleteMessages(user, seconds)} onClose={close} />}
        </div>
    );
}
