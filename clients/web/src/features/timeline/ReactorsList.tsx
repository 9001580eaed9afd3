import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { numberText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { Reaction } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import { PersonRow } from "../people/PersonRow.js";
import { shownReactors } from "./reacting.js";

type Page = Awaited<ReturnType<ReturnType<typeof useApp>["reactors"]>>;

/** Who reacted to a message, emoji by emoji. */
export default function ReactorsList({ room, seq }: { room: string; seq: number }) {
    const app = useApp();
    const holder = useMemo(() => app.holderOf(room, seq), [app, room, seq]);
    const { rows } = useSyncExternalStore(holder.subscribe, () => holder.get());
    const row = rows.find((one) => one.kind === "message" && one.item.seq === seq);
    const reactions = row?.kind === "message" ? row.item.reactions : [];
    return (
        <Dialog title={t("reaction.title")} closeLabel={t("close")} size="small" onClose={() => shownReactors.set(null)}>
            {reactions.length === 0 && <p className="muted">{t("reaction.none")}</p>}
            {reactions.map((reaction) => (
                <People key={reaction.emoji} room={room} seq={seq} reaction={reaction} />
            ))}
        </Dialog>
    );
}

function People({ room, seq, reaction: { emoji, count, seq: version } }: { room: string; seq: number; reaction: Reaction }) {
    const app = useApp();
    const [page, setPage] = useState<Page>({ users: [], next: null });
    const read = useAction(async (cursor?: string) => {
        const more = await app.reactors(room, seq, emoji, cursor);
        setPage((before) => ({ users: cursor === undefined ? more.users : [...before.users, ...more.users], next: more.next }));
    });
    const { run } = read;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- read anew when its people changed
    useEffect(() => void run(), [version]);
    return (
        <section aria-label={t("reaction.count", { emoji, count })} data-testid="reactors" data-emoji={emoji}>
            <h2 className="reactors-head">
                <span className="reaction-emoji">
                    <EmojiFace of={emoji} />
                </span> {numberText(count)}
            </h2>
            <Problem text={read.error && errorText(read.error)} />
            <ul role="list" className="reactors" aria-busy={read.busy}>
                {page.users.map((user) => (
                    <li key={user.id}>
                        <PersonRow user={user} />
                    </li>
                ))}
            </ul>
            {page.next !== null && (
                <Button disabled={read.busy} onClick={() => void run(page.next ?? undefined)}>
                    {t("members.more")}
                </Button>
            )}
        </section>
    );
}
