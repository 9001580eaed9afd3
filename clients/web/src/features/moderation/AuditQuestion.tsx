import { useEffect, useRef, useState } from "react";
import { t } from "../../i18n/mod.js";
import type { Audit } from "../../state/audit.js";
import { LAST_DAY } from "../../state/day.js";
import { useMe, usePerson, useStore } from "../../state/use.js";
import { Button, IconButton } from "../../ui/Button.js";
import { Dialog } from "../../ui/Dialog.js";
import { Field } from "../../ui/Field.js";
import { Select } from "../../ui/Select.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { useNames } from "../text/names.js";
import { kindChoices } from "./audit_kinds.js";
import "./audit.css";

/** What somebody did (`by`), or what was done to them (`user`): ids; both empty: of everybody. */
export interface AuditPerson {
    by: string;
    user: string;
}

interface Props {
    audit: Audit;
    of: "server" | "group";
    /** The group whose log it is: its members are found before others. */
    room?: string;
    onPerson(person: AuditPerson): void;
}

const HOOKS = {
    server: { type: { testid: "admin-audit-type" }, since: { testid: "admin-audit-since" }, until: { testid: "admin-audit-until" } },
    group: { type: { testid: "audit-type" }, since: { testid: "audit-since" }, until: { testid: "audit-until" } },
};

/** What is looked for in an audit log: of which kind, of whom, of which days. */
export function AuditQuestion({ audit, of, room, onPerson }: Props) {
    const { type, since, until, by, user } = useStore(audit);
    const hooks = HOOKS[of];
    const whom = useRef<HTMLDivElement>(null);
    const picked = useRef(false);
    const pick = (person: AuditPerson) => {
        picked.current = true;
        onPerson(person);
    };
    useEffect(() => {
        if (picked.current) whom.current?.querySelector<HTMLElement>("select, button")?.focus(); // what was pressed is gone with it
        picked.current = false;
    }, [by, user]);
    return (
        <div className="audit-asked">
            <Select label={t("audit.kind")} {...hooks.type} value={type} choices={[{ value: "", label: t("admin.audit.all") }]} groups={kindChoices(of)} onChange={(picked) => audit.ask({ type: picked })} />
            <Field label={t("search.since")} type="date" {...hooks.since} value={since} max={until || LAST_DAY} onChange={(event) => audit.ask({ since: event.target.value })} />
            <Field label={t("search.until")} type="date" {...hooks.until} value={until} min={since || undefined} max={LAST_DAY} onChange={(event) => audit.ask({ until: event.target.value })} />
            <div ref={whom} className="audit-person">
                {by || user ? <Picked audit={audit} onPerson={pick} /> : <PickPerson audit={audit} room={room} onPick={(id) => pick({ by: id, user: "" })} />}
            </div>
        </div>
    );
}

/** Somebody is picked: whether it is what they did, or what was done to them. */
function Picked({ audit, onPerson }: Pick<Props, "audit" | "onPerson">) {
    const { by, user, people } = useStore(audit);
    const { nameOf } = useNames();
    const id = by || user;
    const person = usePerson(id) ?? people.get(id);
    return (
        <>
            <Select
                label={t("audit.person.of", { name: nameOf(person) })}
                testid="audit-part"
                value={by ? "by" : "user"}
                choices={[
                    { value: "by", label: t("audit.person.by") },
                    { value: "user", label: t("audit.person.to") },
                ]}
                onChange={(part) => onPerson({ by: "", user: "", [part]: id })}
            />
            <IconButton icon="close" label={t("audit.person.any")} testid="audit-everybody" onClick={() => onPerson({ by: "", user: "" })} />
        </>
    );
}

/** Somebody who is told of in the log, a member or anybody: who wants to be found by contacts alone is found in their own group. */
function PickPerson({ audit, room, onPick }: { audit: Audit; room: string | undefined; onPick(id: string): void }) {
    const { people } = useStore(audit);
    const [open, setOpen] = useState(false);
    const me = useMe();
    const pick = (id: string) => {
        setOpen(false);
        onPick(id);
    };
    return (
        <>
            <Button icon="person" testid="audit-person" onClick={() => setOpen(true)}>
                {t("audit.person")}
            </Button>
            {open && (
                <Dialog title={t("audit.person")} closeLabel={t("cancel")} size="small" onClose={() => setOpen(false)}>
                    <PeopleSearch near={{ room, people }} onPick={pick} />
                    <Button testid="audit-me" onClick={() => pick(me.id)}>
                        {t("audit.person.me")}
                    </Button>
                </Dialog>
            )}
        </>
    );
}
