import { useEffect, useMemo } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { AdminPeople } from "../../state/admin_people.js";
import { useApp, useStore } from "../../state/use.js";
import { Dialog } from "../../ui/Dialog.js";
import { Problem } from "../../ui/Problem.js";
import { Standing } from "./Standing.js";

interface Props {
    id: string;
    onClose(): void;
}

/** How somebody stands whom one did not look for: of a report, say. */
export function StandingOf({ id, onClose }: Props) {
    const { client } = useApp();
    const people = useMemo(() => new AdminPeople(client), [client]);
    const { found: [person], error } = useStore(people);
    useEffect(() => void people.one(id), [people, id]);
    if (person) return <Standing person={person} people={people} onClose={onClose} />;
    return (
        <Dialog title={t("admin.people")} closeLabel={t("close")} size="small" onClose={onClose}>
            {error ? <Problem text={errorText(error)} /> : <p className="muted" aria-busy="true">{t("timeline.loading")}</p>}
        </Dialog>
    );
}
