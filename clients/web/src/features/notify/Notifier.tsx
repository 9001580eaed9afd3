import type { Message, RoomEntry, User } from "../../state/types.js";
import { useCallback, useEffect } from "react";
import { t } from "../../i18n/mod.js";
import { parseRoute, routeOf } from "../../routes/route.js";
import { go } from "../../routes/use_route.js";
import type { AppState } from "../../state/app_state.js";
import { useApp } from "../../state/use.js";
import { useIncoming } from "../../state/use_incoming.js";
import { preferences } from "../../state/use_preferences.js";
import { whoIs } from "../../state/who_is.js";
import { namesBy } from "../text/names.js";
import { plainText } from "../text/plain.js";
import { chime } from "./chime.js";

/** One sound for a burst. */
const QUIET_MS = 1_500;
let lastSound = 0;
/** The last of each room that the system shows. */
const notes = new Map<string, { message: Message; note: Notification }>();
/** Of which it is not known yet what there is to say: what is gone meanwhile is told of no more. */
const coming = new Set<Message>();

/** Tells of new messages that nobody is looking at, in the ways that the person has allowed. */
export function Notifier() {
    const app = useApp();
    useEffect(() => takeBackGone(app.client), [app]);
    useIncoming(useCallback((message: Message) => void tell(app, message), [app]));
    return null;
}

async function tell(app: AppState, message: Message): Promise<void> {
    coming.add(message);
    try {
        // The first message of a new room comes before what the room is.
        const room = app.client.rooms.get(message.room) ?? (await app.client.rooms.load(message.room).catch(() => null));
        if (!room || !coming.has(message) || !isLoud(app, room, message)) return;
        sound();
        if (!mayShow()) return;
        const sender = await whoIs(app.client, message.sender);
        // Meanwhile one may have come to see it.
        if (coming.has(message) && mayShow() && isLoud(app, room, message)) show(titleFor(app, room, sender), plainText(message.content.text), message);
    } finally {
        coming.delete(message);
    }
}

function isLoud(app: AppState, room: RoomEntry, message: Message): boolean {
    const { client, contacts } = app;
    return !isLookedAt(message) && !client.hidden.has(message.room, message.seq) && client.roomWishes.isLoud(message, room, client.user?.id ?? "") && !contacts.get().blocked.has(message.sender);
}

function sound(): void {
    if (!preferences.get().sound || Date.now() - lastSound <= QUIET_MS) return;
    lastSound = Date.now();
    chime();
}

function mayShow(): boolean {
    return preferences.get().desktop && !document.hasFocus() && "Notification" in window && Notification.permission === "granted";
}

function titleFor(app: AppState, room: RoomEntry, user: User | undefined): string {
    const { nameOf, titleOf } = namesBy(app.contacts.get().contacts);
    return room.kind === "group" ? t("notify.in", { name: nameOf(user), room: titleOf(room) }) : nameOf(user ?? room.peer);
}

/** Where it is shown is on the screen, and not covered by what a small screen shows instead. */
function isLookedAt({ room, thread }: Message): boolean {
    const route = parseRoute(location.hash);
    if (!document.hasFocus() || !("room" in route) || route.room !== room) return false;
    const place = document.querySelector(thread === undefined ? "[data-testid=timeline]" : `[data-testid=thread][data-root="${thread}"]`);
    return place !== null && place.clientHeight > 0;
}

function show(title: string, body: string, message: Message): void {
    if ((notes.get(message.room)?.message.seq ?? 0) > message.seq) return; // which was known sooner
    try {
        const note = new Notification(title, { body: body.slice(0, 200), tag: message.room, icon: "/favicon.svg", silent: true });
        notes.set(message.room, { message, note });
        note.onclick = () => {
            window.focus();
            go(routeOf(message));
            note.close();
        };
    } catch {
        // Some phones let only a service worker show notifications.
    }
}

/**
 * What is shown no more in its chat is shown no more here: deleted for everyone or for oneself, or too old; nor is anything to
 * who is not signed in. The function returned ends that.
 */
function takeBackGone(client: AppState["client"]): () => void {
    const ends = [
        client.on("hidden", ({ room, seq }) => client.hidden.has(room, seq) && takeBack(room, (message) => message.seq === seq)),
        client.on("event", ({ event }) => event.type === "message.deleted" && takeBack(event.room, ({ seq }) => seq === event.target)),
        client.on("expired", ({ room, through }) => takeBack(room, ({ created_at }) => Date.parse(created_at) <= through)),
        client.on("signed_out", takeBackAll),
    ];
    return () => ends.forEach((end) => end());
}

function takeBackAll(): void {
    coming.clear();
    for (const { note } of notes.values()) note.close();
    notes.clear();
}

function takeBack(room: string, isGone: (message: Message) => boolean): void {
    for (const message of coming) if (message.room === room && isGone(message)) coming.delete(message);
    const shown = notes.get(room);
    if (!shown || !isGone(shown.message)) return;
    shown.note.close();
    notes.delete(room);
}
