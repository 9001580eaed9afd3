import type { Member, NatterClient } from "@natternet/sdk";
import { Store } from "./store.js";

/** Long enough not to ask for every letter, short enough not to be felt. */
const PAUSE_MS = 120;
/** More than are ever shown to choose from. */
const MOST = 50;

type Client = Pick<NatterClient, "on" | "rooms">;

/** Members of a room that is too large to read all of them: those whose names begin as what is typed, as the server finds them. */
export class MemberSearch extends Store<readonly Member[]> {
    private timer: ReturnType<typeof setTimeout> | undefined;
    /** The beginnings of which everybody was found. */
    private known: string[] = [];

    constructor(
        private readonly client: Client,
        private readonly room: string,
    ) {
        super([]);
    }

    /** Who is found is added to those who were. */
    look(text: string): void {
        clearTimeout(this.timer);
        const begin = text.toLowerCase();
        if (begin === "" || this.known.some((one) => begin.startsWith(one))) return;
        this.timer = setTimeout(() => void this.ask(begin), PAUSE_MS);
    }

    /** Drops who leaves, and asks again once somebody has come; the function returned ends that. */
    hear(): () => void {
        const end = this.client.on("event", ({ event, backlog }) => {
            if (backlog || event.room !== this.room) return;
            if (event.type === "room.user.joined") this.known = [];
            if (event.type === "room.user.left") this.set(this.get().filter(({ user }) => user.id !== event.user_id));
        });
        return () => {
            clearTimeout(this.timer);
            end();
        };
    }

    private async ask(begin: string): Promise<void> {
        const page = await this.client.rooms.members(this.room, undefined, MOST, begin).catch(() => null);
        if (!page) return; // what is typed next asks again
        if (page.next === null) this.known.push(begin);
        const anew = new Set(page.members.map(({ user }) => user.id));
        this.set([...this.get().filter(({ user }) => !anew.has(user.id)), ...page.members]);
    }
}
