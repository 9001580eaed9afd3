import { useRef, useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { errorText, t } from "../../i18n/mod.js";
import type { Folder } from "../../state/types.js";
import { useAction, useApp, useRoomMarks } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Confirm } from "../../ui/Confirm.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

const MOST_CHARS = 40;

/** The folders that one sorts chats into. Which chat is in which is said in its details. */
export function FoldersPage() {
    const { folders } = useRoomMarks();
    const [asked, setAsked] = useState<Folder | null>(null);
    const page = useRef<HTMLElement>(null);
    /** The button that was pressed may be gone with its folder. */
    const close = () => {
        flushSync(() => setAsked(null));
        if (document.activeElement === document.body) page.current?.querySelector("input")?.focus();
    };
    return (
        <section ref={page}>
            <p className="muted small">{t("folders.what")}</p>
            <ul className="settings-list" data-testid="folder-list">
                {folders.map((folder) => (
                    <FolderLine key={folder.id} folder={folder} onDelete={() => setAsked(folder)} />
                ))}
            </ul>
            <NewFolder />
            {asked && <DeleteFolder folder={asked} onClose={close} />}
        </section>
    );
}

function FolderLine({ folder: { id, title }, onDelete }: { folder: Folder; onDelete(): void }) {
    const { roomWishes } = useApp().client;
    /** Null: nothing was typed, and the name is what another device makes it. */
    const [typed, setTyped] = useState<string | null>(null);
    const rename = useAction((to: string) => roomWishes.renameFolder(id, to));
    const save = async () => {
        const to = typed?.trim() ?? "";
        const saved = to === "" || to === title || (await rename.run(to));
        if (saved) setTyped((now) => (now === typed ? null : now));
    };
    return (
        <li data-testid="folder" data-title={title}>
            <Problem text={rename.error && errorText(rename.error)} />
            <form className="settings-line" onSubmit={(event: FormEvent) => (event.preventDefault(), void save())}>
                <input className="input" dir="auto" maxLength={MOST_CHARS} value={typed ?? title} aria-label={t("folders.name")} data-testid="folder-name" onChange={(event) => setTyped(event.target.value)} onBlur={() => void save()} />
                <IconButton icon="trash" label={t("folders.delete", { name: title })} testid="folder-delete" onClick={onDelete} />
            </form>
        </li>
    );
}

function DeleteFolder({ folder: { id, title }, onClose }: { folder: Folder; onClose(): void }) {
    const { roomWishes } = useApp().client;
    const remove = useAction(async () => {
        await roomWishes.deleteFolder(id);
        onClose();
    });
    return <Confirm title={t("folders.delete", { name: title })} text={t("folders.delete.sure")} act={t("folders.delete.act")} cancel={t("cancel")} busy={remove.busy} problem={remove.error && errorText(remove.error)} onAct={() => void remove.run()} onClose={onClose} />;
}

function NewFolder() {
    const { roomWishes } = useApp().client;
    const [name, setName] = useState("");
    const make = useAction(async () => {
        await roomWishes.makeFolder(name.trim());
        setName("");
    });
    return (
        <form className="settings-form" onSubmit={(event: FormEvent) => (event.preventDefault(), name.trim() !== "" && void make.run())}>
            <Field label={t("folders.new")} maxLength={MOST_CHARS} dir="auto" value={name} error={make.error && errorText(make.error)} testid="folder-new" onChange={(event) => setName(event.target.value)} />
            <Button type="submit" kind="primary" testid="folder-make" disabled={name.trim() === "" || make.busy}>
                {t("folders.make")}
            </Button>
        </form>
    );
}
