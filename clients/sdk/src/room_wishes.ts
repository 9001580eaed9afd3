import type { Feed } from "./feed.js";
import { mentionsPerson } from "./room_list.js";
import type { Message } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** All there are, the loudest first. */
export const LEVELS = ["all", "mentions", "none"] as const;
/** Of which messages of a room a person is to be told: of all, of those that speak to them, or of none. */
export type NotificationLevel = (typeof LEVELS)[number];

/** A folder for rooms, of the person's own. */
export interface Folder {
    /** What rooms name it by. */
    readonly id: string;
    readonly title: string;
}

interface RoomWish {
    muted?: unknown;
    favourite?: unknown;
    archived?: unknown;
    notifications?: unknown;
    folder?: unknown;
}

const ROOM = "room:";
const FOLDER = "folder:";
const STANDARD = "settings:notifications";

/**
 * How a person wants each of their rooms, the same on all devices: how loud, in which folder, at the top, and whether put away. In the
 * person's feed: `room:ROOM` has `muted`, `favourite`, `archived`, `notifications` and `folder`, `settings:notifications` has `level`,
 * `folder:ID` has `title`. What is put stands at once, and resolves and rejects as `feed.change`, such as with `feed.full`; `own` tells of
 * changes (`isRoomWish`).
 */
export class RoomWishes {
    constructor(
        private readonly feed: Pick<Feed, "all" | "get" | "put" | "change" | "delete">,
        /** Whether this person, who is signed in, is there: neither away nor busy, and to be seen. */
        private readonly isThere: (me: string) => boolean = () => true,
    ) {}

    /** Of rooms for which nothing else is wanted. */
    get standard(): NotificationLevel {
        return levelOr((this.feed.get(STANDARD) as { level?: unknown } | null)?.level, "all");
    }

    /** For rooms for which nothing else is wanted. */
    setStandard(level: NotificationLevel): Promise<void> {
        return level === "all" ? this.feed.delete(STANDARD) : this.feed.put(STANDARD, { level });
    }

    /** What is wanted for this room alone; null: as for all. */
    ownLevel(room: string): NotificationLevel | null {
        return levelOr(this.wish(room).notifications, null);
    }

    /** Null: as for all. A room that is muted stays so. */
    setLevel(room: string, level: NotificationLevel | null): Promise<void> {
        return this.feed.change(ROOM + room, { notifications: level });
    }

    /** Rooms for which anything is wanted, in no order. */
    rooms(): string[] {
        return this.feed.all("room").map(([key]) => key.slice(ROOM.length));
    }

    /** Nothing in it is told of, whatever else is wanted for it. */
    isMuted(room: string): boolean {
        return this.wish(room).muted === true;
    }

    /** Mutes a room for oneself alone, or lets it be heard again. */
    setMuted(room: string, on: boolean): Promise<void> {
        return this.feed.change(ROOM + room, { muted: on || null });
    }

    /** To be kept at the top of one's rooms. */
    isFavourite(room: string): boolean {
        return this.wish(room).favourite === true;
    }

    /** Keeps a room at the top of one's own, or no longer. */
    setFavourite(room: string, on: boolean): Promise<void> {
        return this.feed.change(ROOM + room, { favourite: on || null });
    }

    /** Put away for oneself alone, and quiet. A group may beside be archived for all (`archived` of the room). */
    isArchived(room: string): boolean {
        return this.wish(room).archived === true;
    }

    /** Puts a room away for oneself alone, or takes it out again. */
    setArchived(room: string, on: boolean): Promise<void> {
        return this.feed.change(ROOM + room, { archived: on || null });
    }

    /** What counts. */
    level({ id, kind }: { id: string; kind: "direct" | "group" }): NotificationLevel {
        return levelOf(kind, { muted: this.isMuted(id) || this.isArchived(id), own: this.ownLevel(id), standard: this.standard });
    }

    /** Whether the person (`me`) is to be told of this message of a room. */
    isLoud(message: Message, room: { id: string; kind: "direct" | "group" }, me: string): boolean {
        const level = this.level(room);
        return level === "all" || (level === "mentions" && this.calls(message, me));
    }

    /**
     * Whether a message calls the person (`me`): by name, with everyone, or with `here`, which calls those who are there:
     * online, and neither away, busy nor invisible, as far as `client.presence` knows of oneself. It is told of changes by
     * itself; a program that begins to run names oneself among those it watches, and is taken for there until it is answered.
     * In the number of unread mentions all three count.
     */
    calls(message: Message, me: string): boolean {
        return mentionsPerson(message, me, this.isThere(me));
    }

    /** In the order in which they were made. */
    folders(): Folder[] {
        const all = this.feed.all("folder").flatMap(([key, value]) => {
            const { title } = value as { title?: unknown };
            return typeof title === "string" && title !== "" ? [{ id: key.slice(FOLDER.length), title }] : [];
        });
        return all.sort((a, b) => (a.id < b.id ? -1 : 1));
    }

    /** Makes a folder; resolves to its id. */
    async makeFolder(title: string): Promise<string> {
        const id = uuid7(Date.now()).replaceAll("-", "");
        await this.feed.put(FOLDER + id, { title });
        return id;
    }

    /** Gives a folder another title. */
    renameFolder(id: string, title: string): Promise<void> {
        return this.feed.change(FOLDER + id, { title });
    }

    /** What was in it is in none any more. */
    async deleteFolder(id: string): Promise<void> {
        const rooms = this.rooms().filter((room) => this.folderOf(room) === id);
        await this.feed.delete(FOLDER + id);
        for (const room of rooms) await this.putInFolder(room, null);
    }

    /** The folder that a room is in; null: none, or one that is there no more. */
    folderOf(room: string): string | null {
        const { folder } = this.wish(room);
        return typeof folder === "string" && this.feed.get(FOLDER + folder) !== null ? folder : null;
    }

    /** Puts a room into a folder, out of the one that it was in; null: into none. */
    putInFolder(room: string, folder: string | null): Promise<void> {
        return this.feed.change(ROOM + room, { folder });
    }

    private wish(room: string): RoomWish {
        return this.feed.get(ROOM + room) ?? {};
    }
}

/** Whether an entry of the feed, as `own` tells its key, says how one wants rooms. */
export function isRoomWish(key: string): boolean {
    return key.startsWith(ROOM) || key.startsWith(FOLDER) || key === STANDARD;
}

/** None where it is muted, or put away. Between two people all is said to one, unless it is wanted otherwise there (`own`). */
export function levelOf(kind: "direct" | "group", wish: { muted: boolean; own: NotificationLevel | null; standard: NotificationLevel }): NotificationLevel {
    if (wish.muted) return "none";
    return wish.own ?? (wish.standard === "mentions" && kind === "direct" ? "all" : wish.standard);
}

function levelOr<None>(value: unknown, none: None): NotificationLevel | None {
    return LEVELS.find((level) => level === value) ?? none;
}
