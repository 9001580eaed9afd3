import { useState } from "react";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { goBack, replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { LinkButton } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { Tabs, type Tab } from "../../ui/Tabs.js";
import { refusalText } from "../people/refusal_text.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { NewGroup } from "./NewGroup.js";

type Kind = "direct" | "group";

/** Finding somebody to talk to, or several. */
export default function NewChat() {
    const [kind, setKind] = useState<Kind>("direct");
    const tabs: Tab<Kind>[] = [
        { id: "direct", label: t("new.direct"), testid: "new-direct" },
        { id: "group", label: t("new.group"), testid: "new-group" },
    ];
    return (
        <Dialog title={t("new.title")} closeLabel={t("close")} onClose={() => goBack({ at: "home" })}>
            <Tabs label={t("new.kind")} tabs={tabs} current={kind} onPick={(picked) => setKind(picked)}>
                {kind === "group" ? <NewGroup /> : <NewDirect />}
            </Tabs>
            <LinkButton icon="people" href={hrefOf({ at: "directory" })} testid="find-groups">
                {t("directory.title")}
            </LinkButton>
            <LinkButton icon="person" href={hrefOf({ at: "settings", section: "contacts" })} testid="contacts">
                {t("people.contacts")}
            </LinkButton>
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
            <Problem text={refusalText(open)} />
            <PeopleSearch onPick={(id) => void open.run(id)} />
        </>
    );
}
