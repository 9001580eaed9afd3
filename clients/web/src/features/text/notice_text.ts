import { durationText } from "../../i18n/durations.js";
import { t } from "../../i18n/mod.js";
import type { NoticeItem } from "../../state/timeline_items.js";
import { roleName } from "./roles.js";

type NoticeEvent = NoticeItem["event"];
type Updated = Extract<NoticeEvent, { type: "room.updated" }>;

interface Names {
    /** Who did it. */
    by: string;
    /** Those whom it is about. */
    who: string;
    /** It is about oneself. */
    mine: boolean;
}

/** What happened to the room, as a sentence; null where that is told elsewhere or goes without saying. */
export function noticeText(event: NoticeEvent, { by, who, mine }: Names): string | null {
    switch (event.type) {
        case "room.created":
            return t(event.kind === "group" ? "notice.created.group" : "notice.created.direct", { by });
        case "room.user.joined":
            if (event.link !== undefined) return t("notice.joined.link", { who });
            return event.by === event.user_id ? t("notice.joined", { who }) : t("notice.added", { by, who });
        case "room.user.left":
            return event.by === event.user_id ? t("notice.left", { who }) : t("notice.removed", { by, who });
        case "room.user.muted":
            return t(mine ? "notice.muted.you" : "notice.muted", { by, who, time: durationText(event.seconds) });
        case "room.user.unmuted":
            return t(mine ? "notice.unmuted.you" : "notice.unmuted", { by, who });
        case "room.user.banned":
            return event.seconds === undefined ? t("notice.banned", { by, who }) : t("notice.banned.time", { by, who, time: durationText(event.seconds) });
        case "room.user.unbanned":
            return t("notice.unbanned", { by, who });
        case "room.user.updated":
            return event.role === "owner" ? t("notice.owner", { who }) : t(mine ? "notice.role.you" : "notice.role", { who, role: roleName(event.role) });
        case "room.updated":
            return event.by_server ? overseenText(event, by, who) : updatedText(event, by, who);
        case "message.pinned":
            return t("notice.pinned", { by });
        default:
            return null;
    }
}

/** What an administrator of the server did, who need not be in the room. */
function overseenText(event: Updated, admin: string, who: string): string {
    const by = t("notice.server.by", { by: admin });
    if (event.owner !== undefined) return t("notice.server.owner", { by, who });
    const { archived, locked, unlisted } = event;
    if (archived !== undefined) return t(archived ? "notice.archived" : "notice.unarchived", { by });
    if (locked !== undefined) return t(locked ? "notice.locked" : "notice.unlocked", { by });
    return t(unlisted ? "notice.server.unlisted" : "notice.server.relisted", { by });
}

/** Several things may be set at once: the one that is noticed most is told. */
function updatedText({ name, owner, topic, slow_mode_s, locked, archived, visibility, join, history, retention_s, edit_history_s, permissions, filters, newcomers }: Updated, by: string, who: string): string {
    if (owner !== undefined) return t("notice.owner", { who });
    if (name !== undefined) return t("notice.renamed", { by, name });
    if (visibility !== undefined) return t(visibility === "public" ? "notice.public" : "notice.private", { by });
    if (join !== undefined) return t(join === "approval" ? "notice.approval" : "notice.free", { by });
    if (archived !== undefined) return t(archived ? "notice.archived" : "notice.unarchived", { by });
    if (locked !== undefined) return t(locked ? "notice.locked" : "notice.unlocked", { by });
    if (topic !== undefined) return topic === "" ? t("notice.topic.none", { by }) : t("notice.topic", { by, topic });
    if (slow_mode_s !== undefined) return slow_mode_s === 0 ? t("notice.slow.off", { by }) : t("notice.slow", { by, time: durationText(slow_mode_s) });
    if (retention_s !== undefined) return retention_s === 0 ? t("notice.kept", { by }) : t("notice.kept.for", { by, time: durationText(retention_s) });
    if (edit_history_s !== undefined) return edit_history_s === 0 ? t("notice.edits.off", { by }) : t("notice.edits", { by, time: durationText(edit_history_s) });
    if (history !== undefined) return t(history === "joined" ? "notice.history.joined" : "notice.history.all", { by });
    if (permissions?.write !== undefined) return t("notice.writers", { by, role: roleName(permissions.write) });
    if (filters !== undefined) return t("notice.filters", { by });
    return t(newcomers === undefined ? "notice.permissions" : "notice.newcomers", { by });
}
