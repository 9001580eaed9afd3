import { useEffect, useId, useRef, useState, type DragEvent, type FormEvent } from "react";
import { numberText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import type { AdminEmoji } from "../../state/admin_emoji.js";
import type { Emoji } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";
import { imageFor, UnfitPicture, type Unfit } from "./emoji_image.js";
import { fittingName, NAME_CHARS, nameOfFile } from "./emoji_name.js";

/** A picture and a name make an emoji. The picture may be dropped here too. */
export function AddEmoji({ admin, all }: { admin: AdminEmoji; all: readonly Emoji[] }) {
    const [picture, setPicture] = useState<Blob | null>(null);
    const [unfit, setUnfit] = useState<Unfit | null>(null);
    const [name, setName] = useState("");
    const file = useRef<HTMLInputElement>(null);
    const hint = useId();
    const limits = useEmojiLimits();
    const size = { kb: numberText(Math.floor(limits.bytes / 1024)), side: numberText(limits.side) };
    const full = all.length >= limits.most;
    const upload = useAction(async () => {
        await admin.upload(name, picture!);
        setPicture(null);
        setName("");
        file.current?.focus();
    });
    const take = (picked: File | undefined) => {
        if (!picked) return;
        setUnfit(null);
        imageFor(picked, limits).then(
            (image) => {
                setPicture(image);
                setName((typed) => (typed === "" ? nameOfFile(picked.name) : typed));
            },
            (error: unknown) => (setPicture(null), setUnfit(error instanceof UnfitPicture ? error.why : "admin.emoji.no_image")),
        );
    };
    const onDrop = (event: DragEvent) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
    };
    const taken = all.some((one) => one.name === name);
    const ready = picture !== null && name.length >= 2 && !taken && !full;
    return (
        <form
            className="add-emoji"
            aria-label={t("admin.emoji.add")}
            onSubmit={(event: FormEvent) => (event.preventDefault(), ready && void upload.run())}
            onDragOver={(event) => event.preventDefault()}
            onDrop={onDrop}
        >
            <div className="add-emoji-line">
                <label className="add-emoji-file" data-filled={picture !== null}>
                    <span className="hidden-visually">{t("admin.emoji.image")}</span>
                    <input ref={file} type="file" accept="image/png,image/gif,image/webp,image/jpeg,image/avif" aria-describedby={hint} data-testid="admin-emoji-file" onChange={(event) => (take(event.target.files?.[0]), (event.target.value = ""))} />
                    {picture ? <Preview picture={picture} /> : <span aria-hidden="true" className="add-emoji-none">+</span>}
                </label>
                <Field label={t("admin.emoji.name")} hint={t("admin.emoji.name.what")} error={taken ? errorText("emoji.name_taken") : null} dir="ltr" maxLength={NAME_CHARS} autoComplete="off" spellCheck={false} value={name} testid="admin-emoji-name" onChange={(event) => setName(fittingName(event.target.value))} />
                <Button type="submit" kind="primary" testid="admin-emoji-add" disabled={!ready || upload.busy}>
                    {t("admin.emoji.add")}
                </Button>
            </div>
            <small id={hint} className="field-hint">
                {t("admin.emoji.image.what", size)}
            </small>
            <Problem text={(full ? t("admin.emoji.full", { count: limits.most }) : null) ?? (unfit && t(unfit, size)) ?? (upload.error && errorText(upload.error))} />
        </form>
    );
}

/** As the server told them at connecting; where it did not, it judges itself. */
function useEmojiLimits() {
    const { limits } = useApp().client;
    return { bytes: limits["emoji_bytes"] ?? 262_144, side: limits["emoji_side"] ?? 512, most: limits["emoji"] ?? Infinity };
}

/** As it will look, on light and on dark. */
function Preview({ picture }: { picture: Blob }) {
    const [address, setAddress] = useState<string | null>(null);
    useEffect(() => {
        const made = URL.createObjectURL(picture);
        setAddress(made);
        return () => URL.revokeObjectURL(made);
    }, [picture]);
    return (
        <span className="add-emoji-preview" data-testid="admin-emoji-preview">
            {address && <img src={address} alt="" />}
        </span>
    );
}
