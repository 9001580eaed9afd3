import { useState, type FormEvent } from "react";
import { dateText, numberText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { AdminEmoji } from "../../state/admin_emoji.js";
import type { Emoji } from "../../state/types.js";
import { useAction, usePerson } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { EmojiFace } from "../emoji/EmojiFace.js";
import { useNames } from "../text/names.js";
import { fittingName, NAME_CHARS } from "./emoji_name.js";

/** One of the server: how it looks, who gave it, and its other name. */
export function EmojiLine({ emoji, admin, onDelete }: { emoji: Emoji; admin: AdminEmoji; onDelete(): void }) {
    const { name, bytes, animated, by, created_at: at } = emoji;
    const { nameOf } = useNames();
    const giver = usePerson(by);
    const [renaming, setRenaming] = useState(false);
    const kb = numberText(Math.max(1, Math.round(bytes / 1024)));
    return (
        <li className="emoji-line" data-testid="admin-emoji-line" data-name={name}>
            <span className="emoji-line-face">
                <EmojiFace of={`:${name}:`} />
            </span>
            {renaming ? (
                <Rename name={name} admin={admin} onClose={() => setRenaming(false)} />
            ) : (
                <>
                    <span className="emoji-line-about">
                        <bdi dir="ltr" className="one-line">{`:${name}:`}</bdi>
                        <span className="muted small">{t(animated ? "admin.emoji.moving" : "admin.emoji.still", { count: kb, by: nameOf(giver), time: dateText(at) })}</span>
                    </span>
                    <IconButton icon="pencil" label={t("admin.emoji.rename", { name: `:${name}:` })} testid="admin-emoji-rename" onClick={() => setRenaming(true)} />
                    <IconButton icon="trash" label={t("admin.emoji.delete", { name: `:${name}:` })} testid="admin-emoji-delete" onClick={onDelete} />
                </>
            )}
        </li>
    );
}

function Rename({ name, admin, onClose }: { name: string; admin: AdminEmoji; onClose(): void }) {
    const [to, setTo] = useState(name);
    const rename = useAction(async () => {
        if (to !== name) await admin.rename(name, to);
        onClose();
    });
    return (
        <form
            className="emoji-line-rename"
            onSubmit={(event: FormEvent) => (event.preventDefault(), void rename.run())}
            onKeyDown={(event) => event.key === "Escape" && (event.stopPropagation(), onClose())}
        >
            <Field label={t("admin.emoji.name")} hint={t("admin.emoji.rename.what")} error={rename.error && errorText(rename.error)} autoFocus dir="ltr" maxLength={NAME_CHARS} autoComplete="off" spellCheck={false} value={to} testid="admin-emoji-new-name" onChange={(event) => setTo(fittingName(event.target.value))} />
            <span className="row-acts">
                <Button onClick={onClose}>{t("cancel")}</Button>
                <Button type="submit" kind="primary" testid="admin-emoji-save" disabled={to.length < 2 || rename.busy}>
                    {t("save")}
                </Button>
            </span>
        </form>
    );
}
