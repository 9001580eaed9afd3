import { useEffect } from "react";
import { dateAndTime, errorText, t } from "../../i18n/mod.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Problem } from "../../ui/Problem.js";
import { deviceOf } from "./device.js";

/** Where one is signed in, and the way to end it. */
export function SessionList() {
    const { sessions: store } = useApp();
    const { sessions, error } = useStore(store);
    const end = useAction((id: string) => store.end(id));
    useEffect(() => void store.load(), [store]);
    const problem = end.error ?? error;
    return (
        <section>
            <h2>{t("sessions.title")}</h2>
            <Problem text={problem && errorText(problem)} />
            <ul className="session-list" aria-busy={sessions === null}>
                {sessions?.map((session) => (
                    <li key={session.id} className="session" data-testid="session" data-current={session.current}>
                        <span>
                            <span className="session-device">{deviceOf(session.user_agent)}</span>
                            <span className="muted small">
                                {session.current ? t("sessions.current") : t("sessions.last", { time: dateAndTime(session.last_used_at) })}
                                {session.address && ` · ${session.address}`}
                            </span>
                        </span>
                        {!session.current && (
                            <button type="button" className="button" data-testid="end-session" disabled={end.busy} onClick={() => void end.run(session.id)}>
                                {t("sessions.end")}
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}
