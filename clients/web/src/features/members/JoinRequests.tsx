import { useRef } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { JoinRequests as Requests } from "../../state/join_requests.js";
import type { JoinRequest } from "../../state/types.js";
import { useAction, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";

/** Who asks to be let into a group, to be accepted or refused. */
export function JoinRequests({ of }: { of: Requests }) {
    const lines = useRef<HTMLUListElement>(null);
    const { requests, next, error } = useStore(of);
    const more = useAction(() => of.more());
    if (requests.length === 0 && !error) return null;
    return (
        <section className="details-part" aria-label={t("requests.title")}>
            <h3>{t("requests.title")}</h3>
            <Problem text={error && errorText(error)} />
            <ul ref={lines} data-testid="request-list">
                {requests.map((request) => (
                    <Asker key={request.user.id} request={request} of={of} />
                ))}
            </ul>
            {next !== null && (
                <MoreButton list={lines} testid="more-requests" busy={more.busy} onMore={() => void more.run()}>
                    {t("members.more")}
                </MoreButton>
            )}
        </section>
    );
}

function Asker({ request: { user, text, created_at }, of }: { request: JoinRequest; of: Requests }) {
    const accept = useAction(() => of.accept(user.id));
    const refuse = useAction(() => of.refuse(user.id));
    const busy = accept.busy || refuse.busy;
    const error = accept.error ?? refuse.error;
    return (
        <li className="asker" data-testid="asker" data-user={user.username}>
            <PersonRow user={user} />
            {text !== undefined && <p dir="auto">{text}</p>}
            <p className="muted small">{dateAndTime(created_at)}</p>
            <div className="acts">
                <Button kind="primary" testid="accept" disabled={busy} onClick={() => void accept.run()}>
                    {t("requests.accept")}
                </Button>
                <Button testid="refuse" disabled={busy} onClick={() => void refuse.run()}>
                    {t("requests.refuse")}
                </Button>
            </div>
            <Problem text={error && errorText(error)} />
        </li>
    );
}
