import { useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "../../i18n/mod.js";
import type { Contact, User } from "../../state/types.js";
import { useContacts } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { bestFits } from "../text/fit.js";
import { ownNameOf, useNames } from "../text/names.js";
import { AddContact, EditContact, RemoveContact } from "./ContactDialogs.js";
import { openPerson } from "./person_card.js";
import { PersonRow } from "./PersonRow.js";
import { useContactList } from "./use_people_found.js";

/** So many more are shown at once. */
const SHOWN = 100;

type Doing = { what: "add" } | { what: "edit" | "remove"; user: User };

/** The people one knows: to be found by what they are called or what one has noted, looked at, changed and removed. */
export function ContactsPage() {
    const lines = useRef<HTMLUListElement>(null);
    const { contacts } = useContacts();
    const { nameOf } = useNames();
    const list = useContactList(true);
    const [wanted, setWanted] = useState("");
    const [most, setMost] = useState(SHOWN);
    const [doing, setDoing] = useState<Doing | null>(null);
    const add = useRef<HTMLButtonElement>(null);
    const found = useMemo(
        () => bestFits(list, wanted, (user) => [nameOf(user), ownNameOf(user), user.username, contacts.get(user.id)?.notes].join(" ")),
        [list, wanted, nameOf, contacts],
    );
    /** The button that was pressed may be gone with its contact. */
    const close = () => {
        flushSync(() => setDoing(null));
        if (document.activeElement === document.body) add.current?.focus();
    };
    const searching = wanted.trim() !== "";
    return (
        <section className="contacts">
            <p className="muted small">{t("contacts.what")}</p>
            <Button ref={add} icon="plus" testid="contact-add" onClick={() => setDoing({ what: "add" })}>
                {t("contacts.add")}
            </Button>
            {(list.length > 0 || searching) && <SearchField label={t("contacts.search")} testid="contact-search" value={wanted} onChange={(event) => setWanted(event.target.value)} />}
            <p className="hidden-visually" role="status">{searching ? t("people.found", { count: found.length }) : ""}</p>
            {searching && found.length === 0 && <p className="people-none muted small">{t("rooms.none", { text: wanted.trim() })}</p>}
            {contacts.size === 0 && !searching && <p className="people-none muted small">{t("contacts.none")}</p>}
            <ul ref={lines} className="settings-list" data-testid="contact-list">
                {found.slice(0, most).map((user) => (
                    <ContactLine key={user.id} user={user} contact={contacts.get(user.id)} name={nameOf(user)} onDo={(what) => setDoing({ what, user })} />
                ))}
            </ul>
            {!searching && list.length < contacts.size && <p className="people-none muted">…</p>}
            {found.length > most && <MoreButton list={lines} onMore={() => setMost(most + SHOWN)}>{t("members.more")}</MoreButton>}
            {doing?.what === "add" && <AddContact onClose={close} />}
            {doing?.what === "edit" && <EditContact id={doing.user.id} name={nameOf(doing.user)} contact={contacts.get(doing.user.id)} onClose={close} />}
            {doing?.what === "remove" && <RemoveContact id={doing.user.id} name={nameOf(doing.user)} contact={contacts.get(doing.user.id)} onClose={close} />}
        </section>
    );
}

interface LineProps {
    user: User;
    contact: Contact | undefined;
    name: string;
    onDo(what: "edit" | "remove"): void;
}

/** A press opens who it is. Of an account that is deleted there is what one has noted, until one removes it. */
function ContactLine({ user, contact, name, onDo }: LineProps) {
    return (
        <li className="contact-line" data-testid="contact-line" data-user={user.username}>
            <button type="button" className="people-pick" disabled={user.deleted} data-testid="contact-open" onClick={() => openPerson(user.id)}>
                <span className="contact-words">
                    <PersonRow user={user} />
                    {contact?.notes !== undefined && (
                        <span className="contact-note muted small" dir="auto">
                            {contact.notes}
                        </span>
                    )}
                </span>
            </button>
            {!user.deleted && <IconButton icon="pencil" label={t("contacts.edit", { name })} testid="contact-edit" onClick={() => onDo("edit")} />}
            <IconButton icon="trash" label={t("contacts.remove", { name })} testid="contact-remove" onClick={() => onDo("remove")} />
        </li>
    );
}
