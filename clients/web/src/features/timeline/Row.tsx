import { memo } from "react";
import { dayName } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { useToday } from "../../i18n/use_today.js";
import type { TimelineRow } from "../../state/timeline_rows.js";
import type { Reaction } from "../../state/types.js";
import { Folded } from "../people/Folded.js";
import { MessageRow } from "./MessageRow.js";
import { Notice } from "./Notice.js";

interface Props {
    row: TimelineRow;
    group: boolean;
    /** Somebody was led here. */
    sought: boolean;
}

/** One line of the timeline. Rows are made anew at each change; equal ones are not drawn anew. */
export const Row = memo(function Row({ row, group, sought }: Props) {
    switch (row.kind) {
        case "day":
            return <Day at={row.at} />;
        case "new":
            return (
                <div className="line-new" data-testid="new-line">
                    <span>{t("timeline.new")}</span>
                </div>
            );
        case "notice":
            return <Notice events={row.items.map((item) => item.event)} />;
        case "message":
            return (
                <Folded sender={row.item.sender}>
                    <MessageRow item={row.item} first={row.first} last={row.last} group={group} sought={sought} />
                </Folded>
            );
    }
}, isSame);

function Day({ at }: { at: string }) {
    useToday();
    return (
        <div className="line-day">
            <span>{dayName(at)}</span>
        </div>
    );
}

function isSame(a: Props, b: Props): boolean {
    if (a.group !== b.group || a.sought !== b.sought || a.row.kind !== b.row.kind) return false;
    if (a.row === b.row) return true;
    if (a.row.kind === "notice" && b.row.kind === "notice") return a.row.key === b.row.key && a.row.items.length === b.row.items.length;
    if (a.row.kind !== "message" || b.row.kind !== "message") return a.row.key === b.row.key;
    const [x, y] = [a.row.item, b.row.item];
    return a.row.first === b.row.first && a.row.last === b.row.last && x.state === y.state && x.seq === y.seq && x.text === y.text && x.edited === y.edited && x.replyTo === y.replyTo && x.answers === y.answers && x.poll === y.poll && sameReactions(x.reactions, y.reactions) && x.createdAt === y.createdAt;
}

function sameReactions(a: readonly Reaction[], b: readonly Reaction[]): boolean {
    return a === b || (a.length === b.length && a.every((one, at) => one.emoji === b[at]!.emoji && one.count === b[at]!.count && one.mine === b[at]!.mine));
}
