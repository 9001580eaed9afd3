import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Contact } from "../../state/types.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field, TextArea } from "../../ui/Field.js";

const NICKNAME_LENGTH = 64;
const NOTES_LENGTH = 1_500;

interface Props {
    id: string;
    contact: Contact | undefined;
    onDone(): void;
}

/** What one calls somebody, and what one wants to remember of them. */
export function ContactForm({ id, contact, onDone }: Props) {
    const app = useApp();
    const [nickname, setNickname] = useState(contact?.nickname ?? "");
    const [notes, setNotes] = useState(contact?.notes ?? "");
    const save = useAction(() => app.contacts.keep(id, { nickname: nickname.trim(), notes: notes.trim() }));
    const onSubmit = async (event: FormEvent) => {
        event.preventDefault();
        if (await save.run()) onDone();
    };
    return (
        <form className="person-form" onSubmit={(event) => void onSubmit(event)}>
            <Field label={t("person.nickname")} hint={t("person.private")} testid="nickname" value={nickname} maxLength={NICKNAME_LENGTH} autoComplete="off" autoFocus onChange={(event) => setNickname(event.target.value)} />
            <TextArea label={t("person.notes")} testid="notes" rows={3} value={notes} maxLength={NOTES_LENGTH} error={save.error && errorText(save.error)} onChange={(event) => setNotes(event.target.value)} />
            <div className="dialog-acts">
                <Button onClick={onDone}>{t("cancel")}</Button>
                <Button type="submit" kind="primary" testid="contact-save" disabled={save.busy}>
                    {t("save")}
                </Button>
            </div>
        </form>
    );
}
