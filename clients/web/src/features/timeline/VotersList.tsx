import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { PersonRow } from "../people/PersonRow.js";
import { shownVoters } from "./polling.js";

type Page = Awaited<ReturnType<ReturnType<typeof useApp>["voters"]>>;

/** Who voted in a poll, option by option. */
export default function VotersList({ room, seq }: { room: string; seq: number }) {
    const app = useApp();
    const holder = useMemo(() => app.holderOf(room, seq), [app, room, seq]);
    const { rows } = useSyncExternalStore(holder.subscribe, () => holder.get());
    const row = rows.find((one) => one.kind === "message" && one.item.seq === seq);
    const poll = row?.kind === "message" ? row.item.poll : null;
    return (
        <Dialog title={t("poll.who.title")} closeLabel={t("close")} size="small" onClose={() => shownVoters.set(null)}>
            {poll === null ? <p className="muted">{t("message.deleted")}</p> : <p className="dialog-text">{poll.content.text}</p>}
            {poll?.content.options.map((text, option) => (
                <People key={option} room={room} seq={seq} option={option} text={text} count={poll.counts[option] ?? 0} version={poll.seq} />
            ))}
        </Dialog>
    );
}

interface Props {
    room: string;
    seq: number;
    option: number;
    text: string;
    count: number;
    version: number;
}

function People({ room, seq, option, text, count, version }: Props) {
    const app = useApp();
    const [page, setPage] = useState<Page>({ users: [], next: null });
    const read = useAction(async (cursor?: string) => {
        const more = await app.voters(room, seq, option, cursor);
        setPage((before) => ({ users: cursor === undefined ? more.users : [...before.users, ...more.users], next: more.next }));
    });
    const { run } = read;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- read anew when somebody voted
    useEffect(() => void (count > 0 && run()), [version, count > 0]);
    const users = count > 0 ? page.users : [];
    return (
        <section aria-label={text} data-testid="voters" data-option={option}>
            <h2 className="reactors-head">
                <bdi>{text}</bdi> <span className="muted">{t("poll.votes", { count })}</span>
            </h2>
            <Problem text={read.error && errorText(read.error)} />
            <ul role="list" className="reactors" aria-busy={read.busy}>
                {users.map((user) => (
                    <li key={user.id}>
                        <PersonRow user={user} />
                    </li>
                ))}
            </ul>
            {count > 0 && page.next !== null && (
                <Button disabled={read.busy} onClick={() => void run(page.next ?? undefined)}>
                    {t("members.more")}
                </Button>
            )}
        </section>
    );
}
