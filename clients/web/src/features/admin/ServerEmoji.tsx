import { useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { errorText, t } from "../../i18n/mod.js";
import { AdminEmoji } from "../../state/admin_emoji.js";
import { ownEmoji } from "../../state/own_emoji.js";
import type { Emoji } from "../../state/types.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { Confirm } from "../../ui/Confirm.js";
import { SearchField } from "../../ui/Field.js";
import { AddEmoji } from "./AddEmoji.js";
import { EmojiLine } from "./EmojiLine.js";
import "./server_emoji.css";

/** From so many on one looks for them. */
const MANY = 8;

/** The emoji of the server: given, renamed and deleted here. */
export function ServerEmoji() {
    const app = useApp();
    const admin = useMemo(() => new AdminEmoji(app.client), [app]);
    const { all } = useStore(ownEmoji);
    const [text, setText] = useState("");
    const [asked, setAsked] = useState<Emoji | null>(null);
    const pane = useRef<HTMLDivElement>(null);
    const wanted = text.trim().replace(/^:|:$/g, "").toLowerCase();
    const found = all.filter(({ name }) => name.includes(wanted));
    /** The button that was pressed may be gone with its emoji. */
    const close = () => {
        flushSync(() => setAsked(null));
        if (document.activeElement === document.body) pane.current?.querySelector("input")?.focus();
    };
    return (
        <div ref={pane} className="admin-pane">
            <p className="muted small">{t("admin.emoji.what")}</p>
            <AddEmoji admin={admin} all={all} />
            {all.length >= MANY && <SearchField label={t("emoji.search")} testid="admin-emoji-search" value={text} onChange={(event) => setText(event.target.value)} />}
            {found.length === 0 && (
                <p className="muted" role="status" data-testid="admin-emoji-none">
                    {all.length === 0 ? t("admin.emoji.none") : t("rooms.none", { text: text.trim() })}
                </p>
            )}
            <ul className="admin-list" data-testid="admin-emoji" aria-label={t("admin.emoji")}>
                {found.map((emoji) => (
                    <EmojiLine key={emoji.id} emoji={emoji} admin={admin} onDelete={() => setAsked(emoji)} />
                ))}
            </ul>
            {asked && <DeleteEmoji emoji={asked} admin={admin} onClose={close} />}
        </div>
    );
}

function DeleteEmoji({ emoji: { name }, admin, onClose }: { emoji: Emoji; admin: AdminEmoji; onClose(): void }) {
    const remove = useAction(async () => {
        await admin.delete(name);
        onClose();
    });
    return <Confirm title={t("admin.emoji.delete", { name: `:${name}:` })} text={t("admin.emoji.delete.sure", { name: `:${name}:` })} act={t("admin.emoji.delete.act")} cancel={t("cancel")} busy={remove.busy} problem={remove.error && errorText(remove.error)} onAct={() => void remove.run()} onClose={onClose} />;
}
