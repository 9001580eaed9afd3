import { dateAndTime } from "../../i18n/dates.js";
import { errorText, t } from "../../i18n/mod.js";
import { go } from "../../routes/use_route.js";
import { useAction, useApp, useMe, usePerson, useStore } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { nameOf } from "./names.js";
import { PersonAvatar } from "./PersonAvatar.js";
import { PresenceLine } from "./PresenceLine.js";
import { shownPerson } from "./person_card.js";
import "./people.css";

/** Who somebody is, over whatever is on the screen. */
export function PersonCard() {
    const id = useStore(shownPerson);
    return id === null ? null : <Card key={id} id={id} />;
}

function Card({ id }: { id: string }) {
    const app = useApp();
    const me = useMe();
    const user = usePerson(id);
    const close = () => shownPerson.set(null);
    const write = useAction(async () => {
        const room = await app.openDirect(id);
        close();
        go({ at: "room", room: room.id });
    });
    return (
        <Dialog title={nameOf(user)} closeLabel={t("close")} size="small" onClose={close}>
            <div className="person-card">
                <PersonAvatar id={id} name={nameOf(user)} size="large" />
                {user && !user.deleted && (
                    <p className="muted">
                        <bdi>@{user.username}</bdi>
                    </p>
                )}
                {user && !user.deleted && (
                    <p className="person-card-presence">
                        <PresenceLine id={id} long />
                    </p>
                )}
                {user?.created_at && <p className="muted small">{t("person.since", { time: dateAndTime(user.created_at) })}</p>}
                <Problem text={write.error && errorText(write.error)} />
                {user && !user.deleted && user.id !== me.id && (
                    <Button kind="primary" icon="chat" testid="write-person" disabled={write.busy} onClick={() => void write.run()}>
                        {t("person.write")}
                    </Button>
                )}
            </div>
        </Dialog>
    );
}
