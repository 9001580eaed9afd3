import type { JoinRequests as Requests } from "../../state/join_requests.js";
import type { RoomEntry } from "../../state/types.js";
import { dateAndTime } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { onBack } from "../../routes/use_route.js";
import { Avatar } from "../../ui/Avatar.js";
import { Button, IconLink } from "../../ui/Button.js";
import { GroupMembers } from "../members/GroupMembers.js";
import { JoinRequests } from "../members/JoinRequests.js";
import { AuditPart } from "../moderation/AuditPart.js";
import { PermissionsPart } from "../moderation/PermissionsPart.js";
import { openPerson } from "../people/person_card.js";
import { PersonFacts } from "../people/PersonFacts.js";
import { beginReport } from "../reports/reporting.js";
import { ReportsPart } from "../reports/ReportsPart.js";
import { FiltersPart } from "./FiltersPart.js";
import { GroupSettings } from "./GroupSettings.js";
import { LinksAndBansPart } from "./LinksAndBansPart.js";
import { PinnedMessages } from "./PinnedMessages.js";
import { Retention } from "./Retention.js";
import { RoomWishesPart } from "./RoomWishesPart.js";
import "./details.css";

interface Props {
    /** Who asks to be let in; null to whom that is not to decide. */
    askers: Requests | null;
    room: RoomEntry;
    title: string;
}

/** All about a room: who it is or who is in it, and how loud it may be. */
export default function DetailsPanel({ askers, room, title }: Props) {
    const group = room.kind === "group";
    const peer = room.peer;
    return (
        <section className="details" aria-label={t("details.title")}>
            <header className="pane-head">
                <h2>{t("details.title")}</h2>
                <IconLink icon="close" label={t("close")} href={hrefOf({ at: "room", room: room.id })} onClick={onBack} testid="members-close" />
            </header>
            <div className="details-body scrolls">
                <div className="details-face">
                    <Avatar id={peer?.id ?? room.id} name={title} group={group} size="large" />
                    <h3>
                        <bdi>{title}</bdi>
                    </h3>
                    <p className="muted small">{group ? t("room.members", { count: room.member_count }) : peer && !peer.deleted && <bdi>@{peer.username}</bdi>}</p>
                    {room.topic && (
                        <p className="details-topic" dir="auto" data-testid="topic-shown">
                            {room.topic}
                        </p>
                    )}
                    {peer && !peer.deleted && <PersonFacts id={peer.id} />}
                    {peer?.created_at && <p className="muted small">{t("person.since", { time: dateAndTime(peer.created_at) })}</p>}
                    {peer && !peer.deleted && (
                        <Button icon="person" testid="profile" onClick={() => openPerson(peer.id)}>
                            {t("person.profile")}
                        </Button>
                    )}
                </div>
                <RoomWishesPart key={`wishes-${room.id}`} room={room} />
                {askers && <JoinRequests of={askers} />}
                <PinnedMessages room={room.id} />
                {group && <GroupSettings key={room.id} room={room} />}
                <Retention key={`${room.id} kept`} room={room} />
                {group && <PermissionsPart room={room} />}
                {group && <LinksAndBansPart key={`links-${room.id}`} room={room} />}
                {group && <ReportsPart room={room.id} />}
                {group && <FiltersPart room={room} />}
                {group && <AuditPart room={room.id} />}
                {group && <GroupMembers key={`members-${room.id}`} room={room} name={title} />}
                {group && (
                    <section className="details-part" aria-label={t("report.group")}>
                        <Button icon="alert" testid="report-room" onClick={() => beginReport({ room: room.id }, title)}>
                            {t("report.group")}
                        </Button>
                    </section>
                )}
            </div>
        </section>
    );
}
