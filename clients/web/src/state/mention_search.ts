import { NatterError, type ListMembersAnswer, type NatterClient } from "@natternet/sdk";
import { LARGE_PAGE } from "./members.js";

/** So many names of one text are asked for. */
const MOST_NAMES = 5;
/**
 * Of those whose names begin so, the one who has exactly this name is looked for on so many pages: of a very large room the server
 * looks at some at a time, so that pages may be empty.
 */
const MOST_PAGES = 25;
/** A message waits no longer for whom it mentions, */
const PATIENCE_MS = 3_000;
/** and where the server wants to be asked later, that is done within this time. */
const PAUSES_MS = 10_000;

type Rooms = Pick<NatterClient["rooms"], "members">;

/** The ids of those in a room who have these usernames, as the server knows them; who is not found in time is left out. */
export async function idsByName(rooms: Rooms, room: string, names: readonly string[]): Promise<string[]> {
    const patience = new Patience();
    const asked = names.slice(0, MOST_NAMES).map((name) => Promise.race([idOf(rooms, room, name, patience).catch(() => null), patience.end]));
    const ids = (await Promise.all(asked)).filter((id) => id !== null);
    patience.stop();
    return ids;
}

async function idOf(rooms: Rooms, room: string, name: string, patience: Patience): Promise<string | null> {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && !patience.over; page += 1) {
        const { members, next } = await pageOf(() => rooms.members(room, cursor, LARGE_PAGE, name), patience);
        const found = members.find(({ user }) => user.username.toLowerCase() === name);
        if (found) return found.user.id;
        if (next === null) return null;
        cursor = next;
    }
    return null;
}

/** Asks again where the server says how long to wait for that. */
async function pageOf(ask: () => Promise<ListMembersAnswer>, patience: Patience): Promise<ListMembersAnswer> {
    for (;;) {
        try {
            return await ask();
        } catch (error) {
            const isEarly = error instanceof NatterError && error.code === "rate.limited";
            if (!isEarly || !(await patience.pause((error.retryAfter ?? 1) * 1_000))) throw error;
        }
    }
}

/** How long a message waits: as long as answers may take, and as long as the server asks for; names wait side by side. */
class Patience {
    over = false;
    readonly end: Promise<null>;
    private leave: () => void = () => {};
    private timer: ReturnType<typeof setTimeout> | undefined;
    private readonly began = Date.now();
    private until = 0;

    constructor() {
        this.end = new Promise((resolve) => (this.leave = () => resolve(null)));
        this.last(this.began + PATIENCE_MS);
    }

    /** Waits for so long, and for an answer after it; resolves to false where that is too long. */
    async pause(ms: number): Promise<boolean> {
        const then = Date.now() + ms;
        if (this.over || then > this.began + PAUSES_MS) return false;
        this.last(then + PATIENCE_MS);
        await new Promise((resolve) => setTimeout(resolve, ms));
        return !this.over;
    }

    stop(): void {
        clearTimeout(this.timer);
        this.over = true;
        this.leave();
    }

    private last(until: number): void {
        if (until <= this.until) return;
        this.until = until;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.stop(), until - Date.now());
    }
}
