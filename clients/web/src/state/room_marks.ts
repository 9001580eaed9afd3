import { isRoomWish, levelOf, type Folder, type NatterClient, type NotificationLevel } from "@natternet/sdk";
import type { Preferences } from "./preferences.js";
import { Store } from "./store.js";

/** Ids of rooms, in the order in which they came to be marked. */
export interface RoomMarksView {
    /** Those that tell of themselves quietly. */
    muted: readonly string[];
    /** Those that stay at the top. */
    pinned: readonly string[];
    /** Those that one has put away. */
    archived: readonly string[];
    /** Of which messages one is told where nothing else is wanted, and where it is. */
    standard: NotificationLevel;
    levels: ReadonlyMap<string, NotificationLevel>;
    folders: readonly Folder[];
    /** The folder of each room that is in one. */
    inFolder: ReadonlyMap<string, string>;
}

/** What each list of rooms is to the SDK. */
const MARKS = {
    muted: { is: "isMuted", set: "setMuted" },
    pinned: { is: "isFavourite", set: "setFavourite" },
    archived: { is: "isArchived", set: "setArchived" },
} as const;
export const NO_MARKS: RoomMarksView = { muted: [], pinned: [], archived: [], standard: "all", levels: new Map(), folders: [], inFolder: new Map() };

type Client = Pick<NatterClient, "on" | "rooms" | "roomWishes">;
type Earlier = Pick<Preferences, "get" | "change">;

/** How a person wants each room, the same on all devices: out of their feed. */
export class RoomMarks extends Store<RoomMarksView> {
    constructor(
        private readonly client: Client,
        /** Where earlier versions kept it, on this device alone. */
        earlier?: Earlier,
    ) {
        super(NO_MARKS);
        client.on("opened", () => this.reread());
        client.on("own", (key) => isRoomWish(key) && this.reread());
        client.on("synced", () => earlier && this.adopt(earlier));
        client.on("signed_out", () => this.set(NO_MARKS));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async toggle(list: keyof typeof MARKS, room: string): Promise<void> {
        const { is, set } = MARKS[list];
        const wishes = this.client.roomWishes;
        await wishes[set](room, !wishes[is](room));
    }

    private reread(): void {
        const wishes = this.client.roomWishes;
        const rooms = wishes.rooms();
        const marked = (list: keyof typeof MARKS) => rooms.filter((room) => wishes[MARKS[list].is](room));
        const known = <Value>(of: (room: string) => Value | null) => new Map(rooms.flatMap((room): [string, Value][] => {
            const value = of(room);
            return value === null ? [] : [[room, value]];
        }));
        const now: RoomMarksView = {
            muted: marked("muted"),
            pinned: marked("pinned"),
            archived: marked("archived"),
            standard: wishes.standard,
            levels: known((room) => wishes.ownLevel(room)),
            folders: wishes.folders(),
            inFolder: known((room) => wishes.folderOf(room)),
        };
        const before = this.get();
        const kept = (Object.keys(now) as (keyof RoomMarksView)[]).map((name) => [name, plain(now[name]) === plain(before[name]) ? before[name] : now[name]]);
        if (kept.some(([name, value]) => value !== before[name as keyof RoomMarksView])) this.set(Object.fromEntries(kept) as RoomMarksView);
    }

    /** Takes over what was kept on this device, once: what the feed knows of a room stands. */
    private adopt(earlier: Earlier): void {
        const { muted, pinned } = earlier.get();
        const mine = (room: string) => this.client.rooms.get(room) !== undefined;
        const rooms = [...new Set([...muted, ...pinned])].filter(mine);
        const [wishes, known] = [this.client.roomWishes, this.client.roomWishes.rooms()];
        for (const room of rooms.filter((room) => !known.includes(room))) {
            // A full feed: it is as if it had not been.
            if (muted.includes(room)) void wishes.setMuted(room, true).catch(() => {});
            if (pinned.includes(room)) void wishes.setFavourite(room, true).catch(() => {});
        }
        // Those of somebody else who uses this browser wait for them.
        if (rooms.length > 0) earlier.change({ muted: muted.filter((room) => !mine(room)), pinned: pinned.filter((room) => !mine(room)) });
    }
}

/** The same for what is the same. */
function plain(value: RoomMarksView[keyof RoomMarksView]): string {
    return JSON.stringify(value instanceof Map ? [...value] : value);
}

/** Of which messages of a room one is told. */
export function levelIn({ muted, archived, levels, standard }: RoomMarksView, { id, kind }: { id: string; kind: "direct" | "group" }): NotificationLevel {
    return levelOf(kind, { muted: muted.includes(id) || archived.includes(id), own: levels.get(id) ?? null, standard });
}
