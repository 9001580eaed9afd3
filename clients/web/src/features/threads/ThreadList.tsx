import { t } from "../../i18n/mod.js";
import type { ThreadView } from "../../state/thread.js";
import { Button } from "../../ui/Button.js";
import { goneWords } from "../text/gone_words.js";
import { Row } from "../timeline/Row.js";

interface Props {
    view: ThreadView;
    group: boolean;
    /** The answer to go to. */
    seq: number | undefined;
    onOlder(): void;
}

/** The message that was answered, how often, and the answers. */
export function ThreadList({ view, group, seq, onOlder }: Props) {
    const answers = view.root?.answers ?? 0;
    return (
        <>
            {view.first && (
                <div className="thread-root">
                    <Row row={view.first} group={group} sought={false} />
                </div>
            )}
            {view.root && !view.first && <p className="message-deleted">{goneWords("hidden")}</p>}
            <p className="thread-count small muted" data-testid="thread-count" data-count={answers}>
                {t("thread.answers", { count: answers })}
            </p>
            {view.hasOlder && (
                <Button testid="thread-older" aria-busy={view.loading} onClick={onOlder}>
                    {t("thread.older")}
                </Button>
            )}
            <ol role="list" className="thread-rows">
                {view.rows.map((row) => (
                    <li key={row.key}>
                        <Row row={row} group={group} sought={row.kind === "message" && seq !== undefined && row.item.seq === seq} />
                    </li>
                ))}
            </ol>
        </>
    );
}
