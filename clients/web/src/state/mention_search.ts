import type { NatterClient } from "@natternet/sdk";
import { LARGE_PAGE } from "./members.js";

/** So many names of one text are asked for. */
const MOST_NAMES = 5;
/**
 * Of those whose names begin so, the one who has exactly this name is looked for on so many pages: of a very large room the server
 * looks at some at a time, so that pages may be empty.
 */
const MOST_PAGES = 25;
/** A message waits no longer for whom it mentions. */
const PATIENCE_MS = 3_000;

type Rooms = Pick<NatterClient["rooms"], "members">;

/** The ids of those in a room who have these usernames, as the server knows them; who is not found in time is left out. */
export async function idsByName(rooms: Rooms, room: string, names: readonly string[]): Promise<string[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
    void late.then(() => (over = true));
    const asked = names.slice(0, MOST_NAMES).map((name) => Promise.race([idOf(rooms, room, name, () => over).catch(() => null), late]));
    const ids = (await Promise.all(asked)).filter((id) => id !== null);
    clearTimeout(timer);
    return ids;
}

async function idOf(rooms: Rooms, room: string, name: string, isOver: () => boolean): Promise<string | null> {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && !isOver(); page += 1) {
        const { members, next } = await rooms.members(room, cursor, LARGE_PAGE, name);
        const found = members.find(({ user }) => user.username.toLowerCase() === name);
        if (found) return found.user.id;
        if (next === null) return null;
        cursor = next;
    }
    return null;
}
