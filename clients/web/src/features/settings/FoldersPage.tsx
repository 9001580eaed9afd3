import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Folder } from "../../state/types.js";
import { useAction, useApp, useRoomMarks } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Problem } from "../../ui/Problem.js";

const MOST_CHARS = 40;

/** The folders that one sorts chats into. Which chat is in which is said in its details. */
export function FoldersPage() {
    const { folders } = useRoomMarks();
    return (
        <section>
            <p className="muted small">{t("folders.what")}</p>
            <ul className="settings-list" data-testid="folder-list">
                {folders.map((folder) => (
                    <FolderLine key={folder.id} folder={folder} />
                ))}
            </ul>
            <NewFolder />
        </section>
    );
}

function FolderLine({ folder: { id, title } }: { folder: Folder }) {
    const { roomWishes } = useApp().client;
    const [name, setName] = useState(title);
    const rename = useAction((to: string) => roomWishes.renameFolder(id, to));
    const remove = useAction(() => roomWishes.deleteFolder(id));
    const problem = rename.error ?? remove.error;
    const save = () => {
        const to = name.trim();
        if (to === "") return setName(title);
        if (to !== title) void rename.run(to);
    };
    return (
        <li data-testid="folder" data-title={title}>
            <Problem text={problem && errorText(problem)} />
            <form className="settings-line" onSubmit={(event: FormEvent) => (event.preventDefault(), save())}>
                <input className="input" dir="auto" maxLength={MOST_CHARS} value={name} aria-label={t("folders.name")} data-testid="folder-name" onChange={(event) => setName(event.target.value)} onBlur={save} />
                <IconButton icon="trash" label={t("folders.delete", { name: title })} testid="folder-delete" disabled={remove.busy} onClick={() => void remove.run()} />
            </form>
        </li>
    );
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
