import { useState } from "react";
import { dateText } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import { useAction, useApp, useContacts, useMe, useModerates, usePerson } from "../../state/use.js";
import { Button, LinkButton } from "../../ui/Button.js";
import { Confirm } from "../../ui/Confirm.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { lazyPart } from "../lazy/lazy_part.js";
import { hasWords } from "../people/contact_words.js";
import { ContactForm } from "../people/ContactForm.js";
import { PersonAvatar } from "../people/PersonAvatar.js";
import { PersonFacts } from "../people/PersonFacts.js";
import { refusalText } from "../people/refusal_text.js";
import { PresenceLine } from "../people/PresenceLine.js";
import { beginReport } from "../reports/reporting.js";
import { ownNameOf, useNames } from "../text/names.js";
import "../people/people.css";

const PersonInRoom = lazyPart(() => import("../members/PersonInRoom.js"), { rare: true });
interface Props {
    id: string;
    room: string | null;
    onClose(): void;
}

/** Who somebody is, or what one calls them: the form takes the card's place, so that a phone shows all of it. */
export default function PersonDialog({ id, room, onClose }: Props) {
    const { nameOf } = useNames();
    const called = nameOf(usePerson(id));
    const contact = useContacts().contacts.get(id);
    const [shows, setShows] = useState<"card" | "form" | "card again">("card");
    return (
        <Dialog title={called} closeLabel={t("close")} size="small" onClose={onClose}>
            {shows === "form" ? (
                <ContactForm id={id} contact={contact} onDone={() => setShows("card again")} />
            ) : (
                <Card id={id} room={room} called={called} noted={shows === "card again"} onNote={() => setShows("form")} onClose={onClose} />
            )}
        </Dialog>
    );
}

interface CardProps extends Props {
    called: string;
    /** One comes back from the form: its button has the focus. */
    noted: boolean;
    onNote(): void;
}

/** What somebody tells of themselves, and what one may do. */
function Card({ id, room, called, ...acts }: CardProps) {
    const me = useMe();
    const moderates = useModerates(room ?? "");
    const user = usePerson(id);
    const there = user !== undefined && !user.deleted;
    return (
        <div className="person-card" data-testid="person-card">
            <PersonAvatar id={id} name={called} size="large" />
            {there && called !== ownNameOf(user) && <bdi data-testid="own-name">{ownNameOf(user)}</bdi>}
            {there && (
                <p className="muted">
                    <bdi>@{user.username}</bdi>
                </p>
            )}
            {there && (
                <p className="person-card-presence">
                    <PresenceLine id={id} long />
                </p>
            )}
            <PersonFacts id={id} />
            {user?.created_at && <p className="muted small">{t("person.since", { time: dateText(user.created_at) })}</p>}
            {there && id !== me.id && <Acts id={id} room={room} called={called} {...acts} />}
            {room !== null && moderates && id !== me.id && <PersonInRoom id={id} room={room} />}
            {id === me.id && (
                <LinkButton icon="pencil" href={hrefOf({ at: "settings", section: "account" })} onClick={acts.onClose}>
                    {t("profile.edit")}
                </LinkButton>
            )}
        </div>
    );
}

function Acts({ id, called, noted, onNote, onClose }: CardProps) {
    const app = useApp();
    const { contacts, blocked } = useContacts();
    const contact = contacts.get(id);
    const isBlocked = blocked.has(id);
    const write = useAction(async () => {
        const room = await app.openDirect(id);
        onClose();
        go({ at: "room", room: room.id });
    });
    const keep = useAction(() => (contact ? app.contacts.forget(id) : app.contacts.keep(id, {})));
    const [asking, setAsking] = useState(false);
    const block = useAction(() => app.contacts.block(id, !isBlocked));
    const problem = refusalText(write) ?? refusalText(keep) ?? refusalText(block);
    return (
        <>
            <Problem text={problem} />
            {isBlocked && <p className="person-blocked small">{t("person.blocked.hint")}</p>}
            {contact?.notes !== undefined && <Notes text={contact.notes} />}
            <div className="person-acts">
                <Button kind="primary" icon="chat" testid="write-person" disabled={write.busy} onClick={() => void write.run()}>
                    {t("person.write")}
                </Button>
                <Button icon={contact ? "check" : "plus"} testid="contact" data-on={contact !== undefined} disabled={keep.busy && !asking} onClick={() => (hasWords(contact) ? setAsking(true) : void keep.run())}>
                    {t(contact ? "person.contact" : "person.contact.add")}
                </Button>
                <Button icon="pencil" testid="name-person" autoFocus={noted} onClick={onNote}>
                    {t("person.note")}
                </Button>
                <Button kind="danger" icon="block" testid="block" data-on={isBlocked} disabled={block.busy} onClick={() => void block.run()}>
                    {t(isBlocked ? "person.unblock" : "person.block")}
                </Button>
                <Button icon="alert" testid="report-user" onClick={() => (onClose(), beginReport({ user_id: id }, called))}>
                    {t("report.open")}
                </Button>
            </div>
            {asking && (
                <Confirm
                    title={t("person.contact.remove")}
                    text={t("person.contact.remove.sure")}
                    act={t("person.contact.remove.do")}
                    cancel={t("cancel")}
                    busy={keep.busy}
                    problem={keep.error && errorText(keep.error)}
                    onAct={() => void keep.run().then((done) => done && setAsking(false))}
                    onClose={() => setAsking(false)}
                />
            )}
        </>
    );
}

function Notes({ text }: { text: string }) {
    return (
        <section className="person-notes" aria-label={t("person.notes")}>
            <h2 className="small muted">{t("person.notes")}</h2>
            <p dir="auto">{text}</p>
        </section>
    );
}
