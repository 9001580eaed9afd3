import type { SessionInfo } from "../../state/types.js";
import { useEffect } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { toast } from "../../ui/toast.js";
import { deviceOf } from "./device.js";

/** Where one is signed in, and the way to end it. */
export function SessionList() {
    const { sessions: store } = useApp();
    const { sessions, error } = useStore(store);
    const end = useAction((id: string) => store.end(id));
    const endOthers = useAction(async () => {
        for (const session of store.get().sessions ?? []) if (!session.current) await store.end(session.id);
        toast(t("sessions.ended"));
    });
    useEffect(() => void store.load(), [store]);
    const problem = end.error ?? endOthers.error ?? error;
    const others = sessions?.some((session) => !session.current) ?? false;
    return (
        <section>
            <p className="muted small">{t("sessions.what")}</p>
            <Problem text={problem && errorText(problem)} />
            <ul className="settings-list" aria-busy={sessions === null}>
                {sessions === null && !error && [0, 1].map((line) => <Skeleton key={line} height="2.5rem" />)}
                {sessions?.map((session) => (
                    <li key={session.id} className="settings-line" data-testid="session" data-current={session.current}>
                        <Icon name="devices" />
                        <Where session={session} />
                        {!session.current && (
                            <Button testid="end-session" disabled={end.busy || endOthers.busy} aria-label={t("sessions.end.name", { name: deviceOf(session.user_agent) })} onClick={() => void end.run(session.id)}>
                                {t("sessions.end")}
                            </Button>
                        )}
                    </li>
                ))}
            </ul>
            {others && (
                <Button kind="danger" testid="end-others" disabled={endOthers.busy} onClick={() => void endOthers.run()}>
                    {t("sessions.end_others")}
                </Button>
            )}
        </section>
    );
}

function Where({ session }: { session: SessionInfo }) {
    return (
        <span className="session-where">
            <span>{deviceOf(session.user_agent)}</span>
            <span className="muted small">{session.current ? t("sessions.current") : t("sessions.last", { time: dateAndTime(session.last_used_at) })}</span>
            {session.address && (
                <bdi className="muted small" dir="ltr">
                    {session.address}
                </bdi>
            )}
        </span>
    );
}
