import { useEffect, useMemo, useRef, useState } from "react";
import { errorText, t } from "../../i18n/mod.js";
import type { Members } from "../../state/members.js";
import { useAction, useApp, useStore } from "../../state/use.js";
import { SearchField } from "../../ui/Field.js";
import { MoreButton } from "../../ui/MoreButton.js";
import { Problem } from "../../ui/Problem.js";
import { Switch } from "../../ui/Switch.js";
import { useMembers } from "../members/use_member.js";
import { ReportCard } from "./ReportCard.js";
import "./reports.css";

/** So long nothing more is typed before it is searched. */
const TYPING_MS = 250;

interface Props {
    room: string | null;
    /** Asks how somebody stands who is reported, where that can be changed. */
    onStanding?(user: string): void;
    onGroup?(room: string): void;
}

/** What is reported to the moderators of a group, or (null) to the administrators of the server. */
export default function ReportQueue({ room, ...more }: Props) {
    return room === null ? <Queue room={null} members={null} {...more} /> : <RoomQueue room={room} {...more} />;
}

/** Of all reports together it is looked once who is in the group. */
function RoomQueue({ room, ...more }: Props & { room: string }) {
    return <Queue room={room} members={useMembers(room)} {...more} />;
}

function Queue({ room, members, onStanding, onGroup }: Props & { members: Members | null }) {
    const lines = useRef<HTMLUListElement>(null);
    const app = useApp();
    const queue = useMemo(() => app.reportQueue(room), [app, room]);
    const { reports, next, busy, error } = useStore(queue);
    const [words, setWords] = useState("");
    const [all, setAll] = useState(false);
    const more = useAction(() => queue.more());
    useEffect(() => queue.watch(), [queue]);
    useEffect(() => {
        const timer = setTimeout(() => void queue.find({ words, all }), words === "" ? 0 : TYPING_MS);
        return () => clearTimeout(timer);
    }, [queue, words, all]);
    return (
        <div className="reports">
            <div className="reports-asked">
                <SearchField label={t("reports.search")} testid="reports-search" value={words} onChange={(event) => setWords(event.target.value)} />
                <Switch label={t("reports.all")} on={all} testid="reports-all" onChange={setAll} />
            </div>
            <Problem text={error && errorText(error)} />
            {reports?.length === 0 && next === null && !busy && <p className="muted">{t(words || all ? "reports.none.found" : "reports.none")}</p>}
            <ul ref={lines} role="list" className="reports-list" data-testid="reports-list" aria-busy={busy}>
                {reports?.map((report) => (
                    <ReportCard key={report.id} report={report} queue={queue} members={members} onStanding={onStanding} onGroup={onGroup} />
                ))}
            </ul>
            {next !== null && (
                <MoreButton list={lines} testid="reports-more" busy={busy || more.busy} onMore={() => void more.run()}>
                    {t("search.more")}
                </MoreButton>
            )}
        </div>
    );
}
