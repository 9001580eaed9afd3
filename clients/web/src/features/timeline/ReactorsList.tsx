import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useApp } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import { PeoplePages } from "./PeoplePages.js";
import { shownReactors } from "./reacting.js";
import { useItem } from "./use_item.js";

/** Who reacted to a message, emoji by emoji. */
export default function ReactorsList({ room, seq }: { room: string; seq: number }) {
    const app = useApp();
    const reactions = useItem(room, seq)?.reactions ?? [];
    return (
        <Dialog title={t("reaction.title")} closeLabel={t("close")} size="small" onClose={() => shownReactors.set(null)}>
            {reactions.length === 0 && <p className="muted">{t("reaction.none")}</p>}
            {reactions.map(({ emoji, count, seq: version }) => (
                <section key={emoji} aria-label={t("reaction.count", { emoji, count })} data-testid="reactors" data-emoji={emoji}>
                    <h2 className="reactors-head">
                        <span className="reaction-emoji">
                            <EmojiFace of={emoji} />
                        </span> {numberText(count)}
                    </h2>
                    <PeoplePages read={(cursor) => app.reactors(room, seq, emoji, cursor)} version={version} />
                </section>
            ))}
        </Dialog>
    );
}
