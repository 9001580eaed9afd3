import { useState, type FormEvent } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp } from "../../state/use.js";
import { Button } from "../../ui/Button.js";
import { Field } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { NewGroupMore, NOTHING_MORE, settingsOf } from "./NewGroupMore.js";

/** A name, some people, and a group is made; what it is to be like beside may be said at once. */
export function NewGroup() {
    const app = useApp();
    const [name, setName] = useState("");
    const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
    const [more, setMore] = useState(NOTHING_MORE);
    const create = useAction(async () => {
        const room = await app.createGroup(name.trim(), [...chosen.keys()], settingsOf(more));
        replaceRoute({ at: "room", room: room.id });
    });
    const toggle = (id: string, label: string) => {
        const next = new Map(chosen);
        if (!next.delete(id)) next.set(id, label);
        setChosen(next);
    };
    const onSubmit = (event: FormEvent) => {
        event.preventDefault();
        void create.run();
    };
    return (
        <form className="new-group" onSubmit={onSubmit}>
            <Problem text={create.error && errorText(create.error)} />
            <Field
                label={t("new.group_name")}
                testid="group-name"
                value={name}
                maxLength={100}
                autoComplete="off"
                required
                autoFocus
                onChange={(event) => setName(event.target.value)}
            />
            {chosen.size > 0 && (
                <div className="chips">
                    {[...chosen].map(([id, label]) => (
                        <button key={id} type="button" className="chip" aria-label={t("new.unpick", { name: label })} onClick={() => toggle(id, label)}>
                            <bdi>{label}</bdi>
                            <Icon name="close" />
                        </button>
                    ))}
                </div>
            )}
            <PeopleSearch later chosen={new Set(chosen.keys())} onPick={toggle} />
            <NewGroupMore more={more} onChange={setMore} />
            <Button type="submit" kind="primary" testid="create" disabled={create.busy || name.trim() === ""}>
                {t("new.create", { count: chosen.size })}
            </Button>
        </form>
    );
}
