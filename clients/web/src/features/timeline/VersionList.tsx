import { useEffect, useRef, useState, type ReactNode } from "react";
import { dateAndTime } from "../../i18n/dates.js";
import { durationText } from "../../i18n/durations.js";
import { errorText, t } from "../../i18n/mod.js";
import type { MessageItem } from "../../state/timeline_items.js";
import { useAction, useApp, useRoom } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { MessageText } from "./MessageText.js";
import { useItem } from "./use_item.js";
import "./versions.css";

interface Place {
    room: string;
    seq: number;
}

type Page = Awaited<ReturnType<ReturnType<typeof useApp>["client"]["messages"]["versions"]>>;

/** What a message said before it was edited, oldest first, and what it says now. */
export default function VersionList({ room, seq, item: before, onClose }: Place & { item: MessageItem; onClose(): void }) {
    const item = useItem(room, seq) ?? before;
    const seconds = useRoom(room)?.edit_history_s ?? 0;
    return (
        <Dialog title={t("versions.title")} closeLabel={t("close")} size="small" onClose={onClose}>
            {item.text === "" ? (
                <p className="muted">{t("message.deleted")}</p>
            ) : (
                // Read anew when it is edited once more, or the room keeps it for another time.
                <Said key={`${seconds} ${item.text}`} room={room} seq={seq} item={item} seconds={seconds} />
            )}
        </Dialog>
    );
}

function Said({ room, seq, item, seconds }: Place & { item: MessageItem; seconds: number }) {
    const lines = useRef<HTMLOListElement>(null);
    const app = useApp();
    const [page, setPage] = useState<Page | null>(null);
    const read = useAction(async (after?: number) => {
        const more = await app.client.messages.versions(room, seq, after);
        setPage((before) => ({ ...more, versions: [...(after === undefined ? [] : (before?.versions ?? [])), ...more.versions] }));
    });
    const { run } = read;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once
    useEffect(() => void run(), []);
    const last = page?.versions.at(-1);
    return (
        <>
            <Problem text={read.error && errorText(read.error)} />
            {read.error && <Button onClick={() => void run(last?.seq)}>{t("again")}</Button>}
            <p className="muted small" role="status" data-testid="versions-kept">
                {page && keptText(page.versions.length > 0, seconds)}
            </p>
            <ol ref={lines} role="list" className="versions" data-testid="versions" aria-busy={read.busy}>
                {page?.versions.map(({ seq: replaced, replaced_at, content }) => (
                    <Version key={replaced} when={<time dateTime={replaced_at}>{t("versions.until", { time: dateAndTime(replaced_at) })}</time>} text={content.text} />
                ))}
                {page?.has_more === false && <Version when={t("versions.now")} text={item.text} toAll={item.toAll} />}
            </ol>
            {page?.has_more && !read.error && (
                <MoreButton list={lines} busy={read.busy} testid="versions-more" onMore={() => void run(last?.seq)}>
                    {t("members.more")}
                </MoreButton>
            )}
        </>
    );
}

function Version({ when, text, toAll = false }: { when: ReactNode; text: string; toAll?: boolean }) {
    return (
        <li data-testid="version">
            <span className="muted small">{when}</span>
            <MessageText text={text} toAll={toAll} />
        </li>
    );
}

/** For how long it is kept, or why there is nothing. */
function keptText(any: boolean, seconds: number): string {
    if (seconds === 0) return t("versions.off");
    return t(any ? "versions.kept" : "versions.gone", { time: durationText(seconds) });
}
