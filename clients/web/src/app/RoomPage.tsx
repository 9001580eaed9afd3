import { Composer } from "../features/composer/Composer.js";
import { MembersPanel } from "../features/members/MembersPanel.js";
import { nameOf, titleOf } from "../features/people/names.js";
import { TimelinePane } from "../features/timeline/TimelinePane.js";
import { t } from "../i18n/mod.js";
import { hrefOf } from "../routes/route.js";
import { usePerson, useRoom, useRooms } from "../state/use.js";
import { Avatar } from "../ui/Avatar.js";
import { Icon } from "../ui/Icon.js";

interface Props {
    id: string;
    members: boolean;
}

/** One room: who, what was said, and what to say. */
export function RoomPage({ id, members }: Props) {
    const room = useRoom(id);
    const peer = usePerson(room?.peer?.id ?? "");
    if (!room) return <NoSuchRoom />;
    const group = room.kind === "group";
    const title = group ? titleOf(room) : nameOf(peer ?? room.peer);
    return (
        <div className="room" data-members={members && group}>
            <main className="room-main" aria-label={title}>
                <header className="pane-head">
                    <a className="icon-button back" href={hrefOf({ at: "home" })} aria-label={t("back")} data-testid="back">
                        <Icon name="back" flips />
                    </a>
                    <Avatar id={room.peer?.id ?? room.id} name={title} group={group} small />
                    <div className="room-head">
                        <h1 className="one-line" data-testid="room-title">
                            <bdi>{title}</bdi>
                        </h1>
                        <p className="muted small one-line">
                            {group ? t("room.members", { count: room.member_count }) : room.peer && !room.peer.deleted && `@${room.peer.username}`}
                        </p>
                    </div>
                    {group && (
                        <a
                            className="icon-button"
                            href={hrefOf(members ? { at: "room", room: id } : { at: "members", room: id })}
                            aria-label={t("members.title")}
                            title={t("members.title")}
                            aria-current={members}
                            data-testid="members"
                        >
                            <Icon name="people" />
                        </a>
                    )}
                </header>
                <TimelinePane room={id} group={group} />
                <Composer room={id} />
            </main>
            {members && group && <MembersPanel room={id} name={title} />}
        </div>
    );
}

/** Before the first sync nothing can be said of it yet. */
function NoSuchRoom() {
    if (!useRooms().ready) return null;
    return (
        <main className="content-empty muted">
            <p>{t("room.gone")}</p>
            <a className="button" href={hrefOf({ at: "home" })}>
                {t("back")}
            </a>
        </main>
    );
}
