import { useEffect, useMemo, useRef, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import { replaceRoute } from "../../routes/use_route.js";
import { PAGE, type Members } from "../../state/members.js";
import { rightsOver } from "../../state/rights.js";
import type { RoomEntry } from "../../state/types.js";
import { useAction, useApp, useMay, useMe, useStore } from "../../state/use.js";
import { usePaused } from "../../state/use_paused.js";
import { Button } from "../../ui/Button.js";
import { Confirm } from "../../ui/Confirm.js";
import { SearchField } from "../../ui/Field.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { PeopleSearch } from "../people/PeopleSearch.js";
import { MemberRow } from "./MemberRow.js";
import { MembersProblem } from "./MembersProblem.js";

interface Props {
    room: RoomEntry;
    name: string;
}

/** Who is in a group, and what one may do to them; anybody may leave. */
export function GroupMembers({ room, name }: Props) {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const me = useMe();
    const list = useMemo(() => app.members(room.id), [app, room.id]);
    const { members, next, loading } = useStore(list);
    const mayInvite = useMay(room.id, "invite");
    const [wanted, setWanted] = useState(false);
    const adding = wanted && mayInvite;
    const [leaving, setLeaving] = useState(false);
    useEffect(() => list.watch(), [list]);
    const add = useAction((id: string) => list.add(id));
    const leave = useAction(async () => {
        await list.leave();
        replaceRoute({ at: "home" });
    });
    const toggleAdding = () => {
        if (!adding) void list.find("");
        setWanted(!adding);
    };
    return (
        <>
            <section className="details-part" aria-label={t("members.title")}>
                <div className="details-line">
                    <h3>{t("members.title")}</h3>
                    {mayInvite && (
                        <Button kind="link" icon={adding ? "check" : "plus"} aria-expanded={adding} testid="add-member" onClick={toggleAdding}>
                            {t(adding ? "members.done" : "members.add")}
                        </Button>
                    )}
                </div>
                <Problem text={add.error && errorText(add.error)} />
                <MembersProblem list={list} />
                {adding && <PeopleSearch chosen={list} onPick={(id) => !list.has(id) && void add.run(id)} />}
                {!adding && (room.member_count > PAGE || list.isSearched()) && <Find list={list} />}
                {loading && members.length === 0 && <Waiting />}
                <ul ref={lines} data-testid="member-list">
                    {members.map((member) => (
                        <MemberRow key={member.user.id} member={member} list={list} rights={rightsOver(room, me.id, member)} />
                    ))}
                </ul>
                {next !== null && (
                    <MoreButton list={lines} busy={loading} onMore={() => void list.more()}>
                        {t("members.more")}
                    </MoreButton>
                )}
            </section>
            <section className="details-part" aria-label={t("members.leave")}>
                <Button kind="danger" icon="leave" testid="leave" onClick={() => setLeaving(true)}>
                    {t("members.leave")}
                </Button>
            </section>
            {leaving && (
                <Confirm
                    title={t("members.leave.title", { name })}
                    text={t("members.leave.sure")}
                    act={t("members.leave")}
                    cancel={t("cancel")}
                    busy={leave.busy}
                    problem={leave.error && errorText(leave.error)}
                    onAct={() => void leave.run()}
                    onClose={() => setLeaving(false)}
                />
            )}
        </>
    );
}

/** Above more of them than are shown at once: those of a name. */
function Find({ list }: { list: Members }) {
    const { members, of, loading, error } = useStore(list);
    const [text, setText] = useState("");
    const wanted = usePaused(text.trim());
    useEffect(() => void list.find(wanted), [list, wanted]);
    const settled = wanted !== "" && wanted === of && !loading && !error;
    return (
        <>
            <SearchField label={t("members.search")} testid="member-search" value={text} maxLength={100} onChange={(event) => setText(event.target.value)} />
            <p className="hidden-visually" role="status">{settled ? t("people.found", { count: members.length }) : ""}</p>
            {settled && members.length === 0 && <p className="people-none muted small" data-testid="member-none">{t("members.none")}</p>}
        </>
    );
}

function Waiting() {
    return (
        <div className="members-waiting" aria-hidden="true">
            {[0, 1, 2].map((line) => (
                <Skeleton key={line} height="2rem" />
            ))}
        </div>
    );
}
