import { useRef, useState, type RefObject } from "react";
import { dateAndTime, dateText, untilText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import type { AdminPeople } from "../../state/admin_people.js";
import type { AdminPerson, Suspension } from "../../state/types.js";
import { useAction, useMe } from "../../state/use.js";
import { Button, LinkButton } from "../../ui/Button.js";
import { Confirm } from "../../ui/Confirm.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { toast } from "../../ui/toast.js";
import { PersonRow } from "../people/PersonRow.js";
import { SessionsOf } from "./SessionsOf.js";
import { SuspendPerson } from "./SuspendPerson.js";

interface Props {
    person: AdminPerson;
    people: AdminPeople;
    onClose(): void;
}

type Asks = "suspend" | "sessions" | "admin";

/** How somebody stands, and what an administrator may do about it. */
export function Standing({ person, people, onClose }: Props) {
    const { user, suspension, last_seen: seen } = person;
    const [asks, setAsks] = useState<Asks | null>(null);
    const [ends, setEnds] = useState(0);
    const done = () => setAsks(null);
    const acts = useRef<HTMLDivElement>(null);
    const lift = async () => {
        await people.lift(user.id);
        acts.current?.querySelector("button")?.focus(); // what was pressed is gone with it
    };
    return (
        <Dialog title={user.display_name} closeLabel={t("close")} onClose={onClose}>
            <div className="standing" data-testid="standing" data-user={user.username} data-suspended={suspension !== undefined}>
                <PersonRow user={user} />
                <p className="muted small">
                    {t("person.since", { time: dateText(user.created_at) })}
                    {seen && ` · ${t("presence.seen", { time: dateAndTime(seen) })}`}
                </p>
                {suspension && <Suspended suspension={suspension} onLift={lift} />}
                <SessionsOf key={`${ends} ${suspension?.created_at}`} id={user.id} people={people} />
                <Acts ref={acts} person={person} onAsk={setAsks} />
                <div className="acts">
                    <LinkButton testid="standing-by" href={hrefOf({ at: "admin", tab: "audit", by: user.id })}>
                        {t("audit.person.by")}
                    </LinkButton>
                    <LinkButton testid="standing-to" href={hrefOf({ at: "admin", tab: "audit", to: user.id })}>
                        {t("audit.person.to")}
                    </LinkButton>
                </div>
            </div>
            {asks === "suspend" && <SuspendPerson name={user.display_name} onSuspend={(seconds, reason) => people.suspend(user.id, seconds, reason)} onClose={done} />}
            {asks === "sessions" && <EndSessions person={person} people={people} onDone={() => setEnds(ends + 1)} onClose={done} />}
            {asks === "admin" && <ChangeAdmin person={person} people={people} onClose={done} />}
        </Dialog>
    );
}

function Acts({ ref, person: { user, suspension }, onAsk }: { ref: RefObject<HTMLDivElement | null>; person: AdminPerson; onAsk(asks: Asks): void }) {
    const oneself = useMe().id === user.id;
    if (user.deleted) return null;
    return (
        <div ref={ref} className="acts">
            {!oneself && (
                <Button kind="danger" icon="block" testid="suspend" onClick={() => onAsk("suspend")}>
                    {t(suspension ? "admin.suspend.again" : "admin.suspend")}
                </Button>
            )}
            <Button icon="leave" testid="end-sessions-of" onClick={() => onAsk("sessions")}>
                {t("admin.sessions.end")}
            </Button>
            <Button icon="gear" testid="change-admin" data-on={user.admin === true} onClick={() => onAsk("admin")}>
                {t(user.admin ? "admin.revoke" : "admin.grant")}
            </Button>
        </div>
    );
}

function Suspended({ suspension: { until, reason }, onLift }: { suspension: Suspension; onLift(): Promise<void> }) {
    const lift = useAction(onLift);
    return (
        <div className="standing-suspended" data-testid="suspension">
            <p>
                {until === undefined ? t("admin.suspended.forever") : t("admin.suspended.until", { time: untilText(until) })}
                {reason !== undefined && (
                    <>
                        {" · "}
                        <bdi>{reason}</bdi>
                    </>
                )}
            </p>
            <Button testid="lift-suspension" disabled={lift.busy} onClick={() => void lift.run()}>
                {t("admin.suspended.lift")}
            </Button>
            <Problem text={lift.error && errorText(lift.error)} />
        </div>
    );
}

function EndSessions({ person: { user }, people, onDone, onClose }: Props & { onDone(): void }) {
    const oneself = useMe().id === user.id;
    const end = useAction(async () => {
        const count = await people.endSessions(user.id);
        toast(t("admin.sessions.ended", { count }));
        onDone();
        onClose();
    });
    return <Confirm title={t("admin.sessions.end")} text={oneself ? t("admin.sessions.end.self") : t("admin.sessions.end.sure", { name: user.display_name })} act={t("admin.sessions.end")} cancel={t("cancel")} busy={end.busy} problem={end.error && errorText(end.error)} onAct={() => void end.run()} onClose={onClose} />;
}

function ChangeAdmin({ person: { user }, people, onClose }: Props) {
    const oneself = useMe().id === user.id;
    const change = useAction(async () => {
        await people.setAdmin(user.id, user.admin !== true);
        onClose();
    });
    const title = t(user.admin ? "admin.revoke" : "admin.grant");
    const text = oneself ? t("admin.revoke.self") : t(user.admin ? "admin.revoke.sure" : "admin.grant.sure", { name: user.display_name });
    return <Confirm title={title} text={text} act={title} cancel={t("cancel")} busy={change.busy} problem={change.error && errorText(change.error)} onAct={() => void change.run()} onClose={onClose} />;
}
