import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Contact } from "../../state/types.js";
import { useAction, useApp, useContacts } from "../../state/use.js";
import { Confirm } from "../../ui/Confirm.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { ContactForm } from "./ContactForm.js";
import { hasWords } from "./contact_words.js";
import { PeopleSearch } from "./PeopleSearch.js";

interface Props {
    id: string;
    name: string;
    contact: Contact | undefined;
    onClose(): void;
}

/** A press makes somebody a contact, another one no more; who has a nickname or a note is removed in the list, and that is said. */
export function AddContact({ onClose }: Pick<Props, "onClose">) {
    const app = useApp();
    const { contacts } = useContacts();
    const toggle = useAction((id: string) => (contacts.has(id) ? app.contacts.forget(id) : app.contacts.keep(id, {})));
    const [stays, setStays] = useState<string | null>(null);
    const onPick = (id: string, name: string) => {
        const hasMore = hasWords(contacts.get(id));
        setStays(hasMore ? name : null);
        if (!hasMore) void toggle.run(id);
    };
    return (
        <Dialog title={t("contacts.add")} closeLabel={t("close")} onClose={onClose}>
            <Problem text={toggle.error && errorText(toggle.error)} />
            <p className="small" role="status" data-testid="contact-stays">{stays !== null && t("contacts.stays", { name: stays })}</p>
            <PeopleSearch bare chosen={contacts} onPick={onPick} onType={() => setStays(null)} />
        </Dialog>
    );
}

export function EditContact({ id, name, contact, onClose }: Props) {
    return (
        <Dialog title={name} closeLabel={t("close")} size="small" onClose={onClose}>
            <ContactForm id={id} contact={contact} onDone={onClose} />
        </Dialog>
    );
}

export function RemoveContact({ id, name, contact, onClose }: Props) {
    const app = useApp();
    const remove = useAction(() => app.contacts.forget(id));
    return (
        <Confirm
            title={t("contacts.remove.title", { name })}
            text={t(hasWords(contact) ? "person.contact.remove.sure" : "contacts.remove.plain")}
            act={t("person.contact.remove.do")}
            cancel={t("cancel")}
            busy={remove.busy}
            problem={remove.error && errorText(remove.error)}
            onAct={() => void remove.run().then((done) => done && onClose())}
            onClose={onClose}
        />
    );
}
