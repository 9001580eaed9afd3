import { errorText, t } from "../../i18n/mod.js";
import { hrefOf, routeOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import type { AppState } from "../../state/app_state.js";
import { codeOf } from "../../state/error_code.js";
import { isPollClosed } from "../../state/polls.js";
import type { MessageItem } from "../../state/timeline_items.js";
import type { MenuItem } from "../../ui/Menu.js";
import { copyText } from "../../ui/clipboard.js";
import { toast } from "../../ui/toast.js";
import { beginEditing, beginReply } from "../composer/editing.js";
import { openPerson } from "../people/person_card.js";
import { beginReport } from "../reports/reporting.js";
import { shownReactors, shownReaders } from "./reacting.js";
import { shownVersions } from "./shown_versions.js";

export interface About {
    app: AppState;
    room: string;
    item: MessageItem;
    /** The message whose thread it is shown in; that message itself is, too. */
    thread: number | null;
    /** Of the room; who is it may delete what others wrote. */
    moderates: boolean;
    onPickEmoji(): void;
    /** One may take messages out of the room. */
    forwards: boolean;
    /** One may write there just now, put emoji on messages, and pin them. */
    writes: boolean;
    reacts: boolean;
    pins: boolean;
    /** There is time to edit it, if it is one's own. */
    edits: boolean;
    /** Who wrote it. */
    name: string;
    onForward(): void;
    onDelete(): void;
}

/** What can be done with a message. What a room's log learns to do gets its line here. */
export function actsOf(about: About): MenuItem[] {
    const { room, item, thread, moderates, forwards, writes, edits, onForward, onDelete } = about;
    const { seq, mine, text, sender } = item;
    const copying: MenuItem = { id: "copy", label: t("message.copy"), icon: "copy", onPick: () => copy(item.poll ? [text, ...item.poll.content.options].join("\n") : text) };
    const person: MenuItem[] = mine ? [] : [{ id: "person", label: t("message.person"), icon: "person", onPick: () => openPerson(sender, room) }];
    if (seq === null) return [copying, ...person];
    const acts = answering(about, seq);
    if (forwards && !item.poll) acts.push({ id: "forward", label: t("forward"), icon: "forward", onPick: onForward });
    if (item.reactions.length > 0) acts.push({ id: "reactors", label: t("reaction.who"), icon: "people", onPick: () => shownReactors.set({ room, seq }) });
    acts.push(...reading(about, seq));
    if (item.edited && text !== "") acts.push({ id: "versions", label: t("versions.open"), icon: "clock", onPick: () => shownVersions.set({ room, seq, item }) });
    acts.push(copying, { id: "link", label: t("message.copy.link"), icon: "link", onPick: () => copy(addressOf({ room, seq, thread: item.thread ?? undefined })) });
    acts.push(...keeping(about, seq));
    if (mine && writes && edits && !item.forwarded && !item.poll) acts.push({ id: "edit", label: t("message.edit"), icon: "pencil", onPick: () => edit(room, item, thread) });
    if (item.poll && (mine || moderates) && !isPollClosed(item.poll, about.app.client.now())) acts.push({ id: "close-poll", label: t("poll.close"), icon: "lock", onPick: () => done(about.app.closePoll(room, seq), t("poll.closed")) });
    acts.push(...person);
    if (!mine) acts.push({ id: "report", label: t("report.open"), icon: "alert", onPick: () => beginReport({ room, seq }, about.name) });
    acts.push({ id: "delete", label: t("message.delete.open"), icon: "trash", danger: true, onPick: onDelete });
    return acts;
}

/** What says something to a message, where one may. */
function answering({ app, room, thread, writes, reacts, onPickEmoji }: About, seq: number): MenuItem[] {
    const acts: MenuItem[] = [];
    if (writes) acts.push({ id: "reply", label: t("message.reply"), icon: "reply", onPick: () => beginReply(app, room, { seq, thread }) });
    if (writes && thread === null) acts.push({ id: "thread", label: t("thread.reply"), icon: "chat", onPick: () => go({ at: "thread", room, root: seq }) });
    if (reacts) acts.push({ id: "react", label: t("reaction.more"), icon: "smile", onPick: onPickEmoji });
    return acts;
}

/** Who has read what one wrote; of answers in threads that is not told. */
function reading({ app, room, item }: About, seq: number): MenuItem[] {
    if (!item.mine || item.thread !== null) return [];
    const asked = app.receipts.areAsked(room);
    const count = app.receipts.readers(room, seq).length;
    if (!asked && count === 0) return [];
    return [{ id: "readers", label: asked ? t("message.seen_by.open") : t("message.seen_by", { count }), icon: "checks", onPick: () => shownReaders.set({ room, seq }) }];
}

/** For oneself, and for all. */
function keeping({ app, room, pins: mayPin }: About, seq: number): MenuItem[] {
    const saved = app.saved.has(room, seq);
    const pins = app.pins(room);
    const pinned = pins.has(seq);
    const acts: MenuItem[] = [
        {
            id: "save",
            label: t(saved ? "message.unsave" : "message.save"),
            icon: saved ? "bookmarked" : "bookmark",
            onPick: () => done(app.saved.toggle(room, seq), t(saved ? "message.unsaved" : "message.saved")),
        },
    ];
    if (mayPin) {
        acts.push({
            id: "pin",
            label: t(pinned ? "message.unpin" : "message.pin"),
            icon: pinned ? "pinOff" : "pin",
            onPick: () => done(pins.toggle(seq), t(pinned ? "message.unpinned" : "message.pinned")),
        });
    }
    return acts;
}

/** A message of the room is edited in the field of the room, which a thread may cover. */
function edit(room: string, item: MessageItem, thread: number | null): void {
    if (item.thread !== thread) go({ at: "room", room, seq: item.seq! });
    beginEditing(room, item);
}

/** Says how it went. */
function done(work: Promise<void>, text: string): void {
    work.then(
        () => toast(text),
        (error: unknown) => toast(errorText(codeOf(error))),
    );
}

function addressOf(message: Parameters<typeof routeOf>[0]): string {
    return new URL(hrefOf(routeOf(message)), location.href).href;
}

function copy(text: string): void {
    copyText(text).then(
        () => toast(t("message.copied")),
        () => toast(t("message.not_copied")),
    );
}
