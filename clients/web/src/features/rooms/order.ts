import { levelIn, type RoomMarksView } from "../../state/room_marks.js";

interface Room {
    id: string;
    kind: "direct" | "group";
    unread: number;
    mentions: number;
}

/**
 * The order of the list: pinned rooms first, then as they come, which is by their latest activity.
 * What is unread needs no place of its own: it is the latest.
 */
export function inOrder<Entry extends { room: { id: string } }>(rooms: readonly Entry[], { pinned }: Pick<RoomMarksView, "pinned">): Entry[] {
    if (pinned.length === 0) return [...rooms];
    const set = new Set(pinned);
    return [...rooms.filter(({ room }) => set.has(room.id)), ...rooms.filter(({ room }) => !set.has(room.id))];
}

/** Those that were put away, by oneself or, a group, for all; and the others. Each as they come. */
export function parted<Entry extends { room: { id: string; archived?: boolean } }>(rooms: readonly Entry[], { archived }: Pick<RoomMarksView, "archived">): { list: readonly Entry[]; away: readonly Entry[] } {
    const set = new Set(archived);
    const isAway = ({ room }: Entry) => room.archived === true || set.has(room.id);
    const away = rooms.filter(isAway);
    return { list: away.length === 0 ? rooms : rooms.filter((entry) => !isAway(entry)), away };
}

/** Unread messages that ask for a look: as each room may be loud. */
export function loudUnread(rooms: readonly { room: Room }[], marks: RoomMarksView): number {
    const loud = (room: Room) => ({ all: room.unread, mentions: room.mentions, none: 0 })[levelIn(marks, room)];
    return rooms.reduce((sum, { room }) => sum + loud(room), 0);
}

/** Those in a folder; null: all. */
export function inFolder<Entry extends { room: { id: string } }>(rooms: readonly Entry[], folder: string | null, { inFolder: of }: Pick<RoomMarksView, "inFolder">): readonly Entry[] {
    return folder === null ? rooms : rooms.filter(({ room }) => of.get(room.id) === folder);
}

/** The room before or after the one that is open, in the first of the lists that has it; where none has, the first of the first. */
export function beside(lists: readonly (readonly { room: { id: string } }[])[], current: string | null, step: 1 | -1): string | undefined {
    const places = lists.map((list) => ({ list, at: list.findIndex(({ room }) => room.id === current) }));
    const found = places.find(({ at }) => at >= 0);
    return (found ? found.list[found.at + step] : lists[0]?.[0])?.room.id;
}
