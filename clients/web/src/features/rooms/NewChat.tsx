import { useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { go, replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { NewGroup } from "./NewGroup.js";

/** Finding somebody to talk to, or several. */
export function NewChat() {
    const [group, setGroup] = useState(false);
    return (
        <Dialog title={t("new.title")} closeLabel={t("close")} onClose={() => go({ at: "home" })}>
            <div className="segments" role="group" aria-label={t("new.kind")}>
                <button type="button" aria-pressed={!group} data-testid="new-direct" onClick={() => setGroup(false)}>
                    {t("new.direct")}
                </button>
                <button type="button" aria-pressed={group} data-testid="new-group" onClick={() => setGroup(true)}>
                    {t("new.group")}
                </button>
            </div>
            {group ? <NewGroup /> : <NewDirect />}
        </Dialog>
    );
}

function NewDirect() {
    const app = useApp();
    const open = useAction(async (id: string) => {
        const room = await app.openDirect(id);
        replaceRoute({ at: "room", room: room.id });
    });
    return (
        <>
            <Problem text={open.error && errorText(open.error)} />
            <PeopleSearch onPick={(id) => void open.run(id)} />
        </>
    );
}
