import { useEffect, useState } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { AdminPeople } from "../../state/admin_people.js";
import { codeOf } from "../../state/error_code.js";
import type { SessionInfo } from "../../state/types.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { deviceOf } from "../settings/device.js";

/** Where somebody is signed in. */
export function SessionsOf({ id, people }: { id: string; people: AdminPeople }) {
    const [sessions, setSessions] = useState<SessionInfo[] | null>(null);
    const [error, setError] = useState<string | null>(null);
    useEffect(() => {
        let gone = false;
        people.sessions(id).then(
            (read) => !gone && setSessions(read),
            (why: unknown) => !gone && setError(codeOf(why)),
        );
        return () => void (gone = true);
    }, [id, people]);
    return (
        <section className="standing-sessions" aria-label={t("sessions.title")}>
            <h2 className="small muted">{t("sessions.title")}</h2>
            <Problem text={error && errorText(error)} />
            {sessions === null && !error && <Skeleton height="2.5rem" />}
            {sessions?.length === 0 && <p className="muted small">{t("admin.sessions.none")}</p>}
            <ul data-testid="sessions-of" data-count={sessions?.length}>
                {sessions?.map((session) => (
                    <li key={session.id} className="standing-session">
                        <Icon name="devices" />
                        <span>{deviceOf(session.user_agent)}</span>
                        <span className="muted small">{t("sessions.last", { time: dateAndTime(session.last_used_at) })}</span>
                        <bdi className="muted small" dir="ltr">
                            {session.address}
                        </bdi>
                    </li>
                ))}
            </ul>
        </section>
    );
}
