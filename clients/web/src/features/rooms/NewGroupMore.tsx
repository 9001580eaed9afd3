import { useState } from "react";
import { t } from "../../i18n/mod.js";
import type { GroupSettings } from "../../state/types.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Switch } from "../../ui/Switch.js";

/** What a new group may have from the beginning, beside a name and people. */
export interface More {
    topic: string;
    open: boolean;
    approval: boolean;
    announces: boolean;
}

export const NOTHING_MORE: More = { topic: "", open: false, approval: false, announces: false };

/** The same as the server takes it: only what is not so anyway. */
export function settingsOf({ topic, open, approval, announces }: More): GroupSettings {
    return {
        ...(topic.trim() !== "" && { topic: topic.trim() }),
        ...(open && { visibility: "public" }),
        ...(open && approval && { join: "approval" }),
        ...(announces && { permissions: { write: "moderator" } }),
    };
}

/** The same in words. */
function wordsOf({ topic, open, approval, announces }: More): string {
    return [topic.trim(), open && t("group.public"), open && approval && t("group.approval"), announces && t("group.announce")].filter(Boolean).join(" · ");
}

interface Props {
    more: More;
    onChange(more: More): void;
}

/** Folded until somebody wants it: most groups are made by a name and people. What is set is said there too. */
export function NewGroupMore({ more, onChange }: Props) {
    const [shown, setShown] = useState(false);
    const words = wordsOf(more);
    const set = (change: Partial<More>) => onChange({ ...more, ...change });
    return (
        <>
            <Button kind="link" icon={shown ? "up" : "down"} aria-expanded={shown} testid="group-more" onClick={() => setShown(!shown)}>
                {t("new.more")}
            </Button>
            {!shown && words !== "" && <p className="muted small" data-testid="group-more-set">{words}</p>}
            {shown && (
                <div className="new-group-more">
                    <Field label={t("group.topic")} testid="group-topic" value={more.topic} maxLength={250} autoComplete="off" onChange={(event) => set({ topic: event.target.value })} />
                    <Switch label={t("group.public")} hint={t("group.public.hint")} on={more.open} testid="group-public" onChange={(open) => set({ open })} />
                    {more.open && <Switch label={t("group.approval")} hint={t("group.approval.hint")} on={more.approval} testid="group-approval" onChange={(approval) => set({ approval })} />}
                    <Switch label={t("group.announce")} hint={t("group.announce.hint")} on={more.announces} testid="group-announce" onChange={(announces) => set({ announces })} />
                </div>
            )}
        </>
    );
}
