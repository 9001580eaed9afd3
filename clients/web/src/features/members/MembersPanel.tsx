import { useEffect, useMemo, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { replaceRoute } from "../../routes/use_route.js";
import { useAction, useApp, useMe, useStore } from "../../state/use.js";
import { Icon } from "../../ui/Icon.js";
import { Problem } from "../../ui/Problem.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { PersonRow } from "../people/PersonRow.js";
import { GroupName } from "./GroupName.js";
import "./members.css";

interface Props {
    room: string;
    name: string;
}

/** Who is in a group. Its owner lets people in and out; anybody may leave. */
export function MembersPanel({ room, name }: Props) {
    const app = useApp();
    const me = useMe();
    const list = useMemo(() => app.members(room), [app, room]);
    const { members, next, error, mayManage } = useStore(list);
    const [adding, setAdding] = useState(false);
    useEffect(() => list.watch(), [list]);
    const add = useAction((id: string) => list.add(id));
    const remove = useAction((id: string) => list.remove(id));
    const leave = useAction(async () => {
        if (!confirm(t("members.leave.sure", { name }))) return;
        await list.leave();
        replaceRoute({ at: "home" });
    });
    const problem = add.error ?? remove.error ?? leave.error ?? error;
    const present = new Set(members.map((member) => member.user.id));
    return (
        <aside className="members" aria-label={t("members.title")}>
            <header className="pane-head">
                <h2>{t("members.title")}</h2>
                <a className="icon-button" href={hrefOf({ at: "room", room })} aria-label={t("close")} data-testid="members-close">
                    <Icon name="close" />
                </a>
            </header>
            <div className="members-body">
                <Problem text={problem && errorText(problem)} />
                {mayManage && <GroupName name={name} onRename={(to) => list.rename(to)} />}
                {mayManage && (
                    <button type="button" className="button" aria-expanded={adding} data-testid="add-member" onClick={() => setAdding(!adding)}>
                        <Icon name={adding ? "check" : "plus"} />
                        {t(adding ? "members.done" : "members.add")}
                    </button>
                )}
                {adding && <PeopleSearch chosen={present} onPick={(id) => !present.has(id) && void add.run(id)} />}
                <ul data-testid="member-list">
                    {members.map(({ user, role }) => (
                        <li key={user.id} className="member" data-testid="member" data-user={user.username}>
                            <PersonRow user={user}>
                                {role === "owner" && <span className="member-role">{t("members.owner")}</span>}
                                {mayManage && user.id !== me.id && (
                                    <button
                                        type="button"
                                        className="button"
                                        data-kind="link"
                                        data-testid="remove-member"
                                        disabled={remove.busy}
                                        aria-label={t("members.remove.name", { name: user.display_name })}
                                        onClick={() => void remove.run(user.id)}
                                    >
                                        {t("members.remove")}
                                    </button>
                                )}
                            </PersonRow>
                        </li>
                    ))}
                </ul>
                {next !== null && (
                    <button type="button" className="button" onClick={() => void list.more()}>
                        {t("members.more")}
                    </button>
                )}
                <button type="button" className="button" data-kind="danger" data-testid="leave" disabled={leave.busy} onClick={() => void leave.run()}>
                    {t("members.leave")}
                </button>
            </div>
        </aside>
    );
}
