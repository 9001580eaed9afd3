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

/** Letters without case and accents, so that "jose" finds José. */
export function folded(text: string): string {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** How well a name fits what is looked for: 0 not at all; the beginning best, then a word's beginning. */
export function fitOf(name: string, wanted: string): number {
    const [text, search] = [folded(name), folded(wanted.trim())];
    if (search === "") return 1;
    const at = text.indexOf(search);
    if (at === 0) return 3;
    if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) ? 1 : 2;
    return search.split(/\s+/).every((word) => text.includes(word)) ? 1 : 0;
}

/** Those that fit, the best first; among equals the order stays. */
export function bestFits<Entry>(entries: readonly Entry[], wanted: string, nameOf: (entry: Entry) => string): Entry[] {
    const rated = entries.map((entry) => ({ entry, fit: fitOf(nameOf(entry), wanted) })).filter(({ fit }) => fit > 0);
    return rated.sort((a, b) => b.fit - a.fit).map(({ entry }) => entry);
}
