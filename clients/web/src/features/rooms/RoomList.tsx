import { useEffect, useMemo, useState, type KeyboardEvent } from "react";
import { numberText } from "../../i18n/dates.js";
import { t } from "../../i18n/mod.js";
import { hrefOf } from "../../routes/route.js";
import { useApp, useMe, useRoomMarks, useRooms, useStore } from "../../state/use.js";
import { Avatar } from "../../ui/Avatar.js";
import { IconLink, LinkButton } from "../../ui/Button.js";
import { SearchField } from "../../ui/Field.js";
import { Icon } from "../../ui/Icon.js";
import { Skeleton } from "../../ui/Skeleton.js";
import { ownNameOf, useNames } from "../text/names.js";
import { bestFits } from "../text/fit.js";
import { ArchiveHead, ArchiveLine } from "./Archive.js";
import { FolderBar, useFolder } from "./FolderBar.js";
import { FoundPeople } from "./FoundPeople.js";
import { inFolder, inOrder, parted } from "./order.js";
import { RoomItems } from "./RoomItems.js";
import "./rooms.css";

/** The rooms one is in, what is looked for among them, and the way to a new one. */
export function RoomList({ current }: { current: string | null }) {
    const { titleOf } = useNames();
    const { ready, rooms } = useRooms();
    const liked = useRoomMarks();
    const [wanted, setWanted] = useState("");
    const folder = useFolder(liked);
    const ordered = useMemo(() => inOrder(rooms, liked), [rooms, liked]);
    const { list, away } = useMemo(() => parted(ordered, liked), [ordered, liked]);
    const [archive, setArchive] = useState<"closed" | "entered" | "open" | "left">("closed");
    const searching = wanted.trim() !== "";
    const inArchive = (archive === "entered" || archive === "open") && away.length > 0 && !searching;
    // Only the moment of coming and going moves the focus; and who has taken out the last chat is out of it.
    useEffect(() => {
        if (archive === "left" || away.length === 0) setArchive("closed");
        else if (archive === "entered") setArchive("open");
    }, [archive, away]);
    const shown = useMemo(() => {
        if (searching) return bestFits(ordered, wanted, ({ room }) => titleOf(room));
        return inArchive ? away : inFolder(list, folder, liked);
    }, [searching, ordered, wanted, titleOf, inArchive, away, list, folder, liked]);
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === "Escape" && wanted !== "") return setWanted(""), event.preventDefault();
        if (event.key !== "ArrowDown") return;
        event.preventDefault();
        document.querySelector<HTMLElement>(".rooms-list a[tabindex='0'], .rooms-found button")?.focus();
    };
    return (
        <nav className="rooms" aria-label={t("rooms.title")} data-searching={searching}>
            <header className="rooms-head">
                <Myself />
                <h2>{t("rooms.title")}</h2>
                <ThreadsLink />
                <IconLink icon="bookmark" label={t("saved.title")} href={hrefOf({ at: "saved" })} testid="saved" />
                <IconLink icon="search" label={t("search.title")} href={hrefOf({ at: "search" })} testid="search-open" />
                <IconLink icon="pencil" label={t("rooms.new")} href={hrefOf({ at: "new" })} testid="new-chat" />
            </header>
            <div className="rooms-search">
                <SearchField label={t("rooms.search")} testid="room-search" value={wanted} onChange={(event) => setWanted(event.target.value)} onKeyDown={onKeyDown} />
            </div>
            {inArchive ? <ArchiveHead entered={archive === "entered"} onClose={() => setArchive("left")} /> : <FolderBar rooms={list} marks={liked} current={folder} />}
            {!ready && rooms.length === 0 && <Loading />}
            {ready && rooms.length === 0 && wanted === "" && <FirstChat />}
            {folder !== null && !inArchive && wanted === "" && shown.length === 0 && <p className="rooms-empty muted small">{t("folders.empty")}</p>}
            <RoomItems rooms={shown} current={current} liked={liked} />
            {!inArchive && !searching && <ArchiveLine rooms={away} left={archive === "left"} onOpen={() => setArchive("entered")} />}
            {searching && <FoundPeople wanted={wanted} none={shown.length === 0} onDone={() => setWanted("")} />}
        </nav>
    );
}

/** The threads that one follows; there only for those who follow any. */
function ThreadsLink() {
    const { all, unread } = useStore(useApp().followed);
    if (all.length === 0) return null;
    const label = unread > 0 ? t("threads.unread", { count: unread }) : t("threads.title");
    return (
        <span className="threads-open">
            <IconLink icon="chat" label={label} href={hrefOf({ at: "threads" })} testid="threads" />
            {unread > 0 && (
                <span className="badge" aria-hidden="true" data-testid="threads-unread">
                    {numberText(unread)}
                </span>
            )}
        </span>
    );
}

function Myself() {
    const me = useMe();
    return (
        <a className="rooms-me" href={hrefOf({ at: "settings" })} aria-label={t("settings.title")} data-tip data-testid="settings">
            <Avatar id={me.id} name={ownNameOf(me)} size="small" />
            <Icon name="gear" />
        </a>
    );
}

function FirstChat() {
    return (
        <div className="rooms-empty">
            <Icon name="chat" />
            <p>{t("rooms.empty")}</p>
            <LinkButton kind="primary" href={hrefOf({ at: "new" })}>
                {t("rooms.new")}
            </LinkButton>
            <LinkButton href={hrefOf({ at: "directory" })}>{t("directory.title")}</LinkButton>
        </div>
    );
}

function Loading() {
    return (
        <div className="rooms-loading" aria-busy="true" aria-label={t("timeline.loading")} role="status">
            {["62%", "45%", "70%", "52%", "38%", "58%"].map((width) => (
                <span key={width} className="room-item">
                    <Skeleton width="var(--avatar)" height="var(--avatar)" round />
                    <span className="room-item-text">
                        <Skeleton width={width} height="0.875rem" />
                        <Skeleton width="85%" height="0.75rem" />
                    </span>
                </span>
            ))}
        </div>
    );
}
