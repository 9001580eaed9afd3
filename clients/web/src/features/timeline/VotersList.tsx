import { t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { PeoplePages } from "./PeoplePages.js";
import { shownVoters } from "./polling.js";
import { useItem } from "./use_item.js";

/** Who voted in a poll, option by option. */
export default function VotersList({ room, seq }: { room: string; seq: number }) {
    const app = useApp();
    const poll = useItem(room, seq)?.poll ?? null;
    return (
        <Dialog title={t("poll.who.title")} closeLabel={t("close")} size="small" onClose={() => shownVoters.set(null)}>
            {poll === null ? <p className="muted">{t("message.deleted")}</p> : <p className="dialog-text">{poll.content.text}</p>}
            {poll?.content.options.map((text, option) => (
                <section key={option} aria-label={text} data-testid="voters" data-option={option}>
                    <h2 className="reactors-head">
                        <bdi>{text}</bdi> <span className="muted">{t("poll.votes", { count: poll.counts[option] ?? 0 })}</span>
                    </h2>
                    <PeoplePages read={(cursor) => app.voters(room, seq, option, cursor)} version={poll.seq} none={!poll.counts[option]} />
                </section>
            ))}
        </Dialog>
    );
}
