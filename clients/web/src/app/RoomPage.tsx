import { useMemo } from "react";
import { Composer } from "../features/composer/Composer.js";
import { lazyPart } from "../features/lazy/lazy_part.js";
import { AskersBadge } from "../features/members/AskersBadge.js";
import { Removed } from "../features/moderation/Removed.js";
import { PresenceLine } from "../features/people/PresenceLine.js";
import { ReportsBadge } from "../features/reports/ReportsBadge.js";
import { useNames } from "../features/text/names.js";
import { ThreadPanel } from "../features/threads/ThreadPanel.js";
import { ReactionPicker } from "../features/timeline/ReactionPicker.js";
import { Reactors } from "../features/timeline/Reactors.js";
import { TimelinePane } from "../features/timeline/TimelinePane.js";
import { Versions } from "../features/timeline/Versions.js";
import { Voters } from "../features/timeline/Voters.js";
import { t } from "../i18n/mod.js";
import { hrefOf } from "../routes/route.js";
import { onBack } from "../routes/use_route.js";
import { useApp, useMay, usePerson, useRoom, useRooms, useStore } from "../state/use.js";
import { Avatar } from "../ui/Avatar.js";
import { IconLink, LinkButton } from "../ui/Button.js";
import { Skeleton } from "../ui/Skeleton.js";

const DetailsPanel = lazyPart(() => import("../features/details/DetailsPanel.js"));

interface Props {
    id: string;
    details: boolean;
    /** The message to show, where the address names one. */
    seq: number | undefined;
    /** The message whose thread is beside the room; the seq is then one of its answers. */
    thread?: number | undefined;
}

/** One room: who, what was said, and what to say. */
export function RoomPage({ id, details, seq, thread }: Props) {
    const { nameOf, titleOf } = useNames();
    const room = useRoom(id);
    const peer = usePerson(room?.peer?.id ?? "");
    const askers = useAskers(id);
    const decides = useMay(id, "reports");
    if (!room) return <NoRoom id={id} />;
    const group = room.kind === "group";
    const title = group ? titleOf(room) : nameOf(peer ?? room.peer);
    const other = hrefOf(details ? { at: "room", room: id } : { at: "details", room: id });
    return (
        <div className="room" data-details={details || thread !== undefined}>
            <section className="room-main" aria-label={title}>
                <header className="pane-head">
                    <IconLink icon="back" label={t("back")} className="back" href={hrefOf({ at: "home" })} onClick={onBack} testid="back" />
                    <a className="room-head" href={other} onClick={onBack}>
                        <Avatar id={room.peer?.id ?? room.id} name={title} group={group} size="small" />
                        <span className="room-head-text">
                            <h2 className="line-of-parts" data-testid="room-title">
                                <bdi className="one-line">{title}</bdi>
                            </h2>
                            <span className="muted small">
                                {group ? groupLine(room.member_count, room.topic) : room.peer && !room.peer.deleted && <PresenceLine id={room.peer.id} otherwise={`@${room.peer.username}`} />}
                            </span>
                        </span>
                    </a>
                    <IconLink icon="search" label={t("search.here")} href={hrefOf({ at: "search", room: id })} testid="search-here" />
                    <span className="askers-place">
                        <IconLink icon={group ? "people" : "person"} label={t("details.title")} href={other} onClick={onBack} aria-current={details} testid="members" />
                        {askers && <AskersBadge of={askers} />}
                        {decides && (
                            <span className="reports-corner">
                                <ReportsBadge of={id} />
                            </span>
                        )}
                    </span>
                </header>
                <TimelinePane room={id} group={group} seq={thread ?? seq} />
                <Composer room={id} name={title} />
            </section>
            {thread !== undefined && <ThreadPanel key={thread} room={id} group={group} root={thread} seq={seq} />}
            <ReactionPicker />
            <Reactors />
            <Versions />
            <Voters />
            {details && <DetailsPanel askers={askers} room={room} title={title} />}
        </div>
    );
}

/** Who asks to be let in, for those who decide it; null for others. */
function useAskers(id: string) {
    const app = useApp();
    const room = useRoom(id);
    const decides = useMay(id, "invite") && room?.join === "approval";
    return useMemo(() => (decides ? app.joinRequests(id) : null), [app, id, decides]);
}

/** How many are in a group, and what it is about. */
function groupLine(members: number, topic: string | undefined) {
    const count = t("room.members", { count: members });
    return (
        <span className="line-of-parts">
            <span>{topic ? `${count} · ` : count}</span>
            {topic && <bdi className="one-line">{topic}</bdi>}
        </span>
    );
}

/** Before the first sync nothing can be said of it yet. */
function NoRoom({ id }: { id: string }) {
    const { ready } = useRooms();
    const removal = useStore(useApp().removals).find(({ room }) => room === id);
    if (!ready) return <LoadingRoom />;
    return (
        <div className="content-empty muted">
            {removal ? <Removed removal={removal} /> : <p>{t("room.gone")}</p>}
            <LinkButton href={hrefOf({ at: "home" })}>{t("back")}</LinkButton>
        </div>
    );
}

function LoadingRoom() {
    return (
        <section className="room-main" aria-busy="true" aria-label={t("timeline.loading")}>
            <header className="pane-head">
                <Skeleton width="2rem" height="2rem" round />
                <Skeleton width="9rem" />
            </header>
        </section>
    );
}
