import type { ListMembersAnswer, Member, NatterClient } from "@natternet/sdk";
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
    /** Counts what makes an answer that is on its way too old to be all. */
    private comings = 0;
    /** Ids of those who have left: an answer may be older than that. */
    private readonly gone = new Set<string>();
    /** Counts questions: what is typed meanwhile ends the one before. */
    private asking = 0;

    constructor(
        private readonly client: Client,
        private readonly room: string,
    ) {
        super([]);
    }

    /** Who is found is added to those who were. What was looked for before is not looked for any more. */
    look(text: string): void {
        clearTimeout(this.timer);
        this.asking += 1;
        const begin = text.toLowerCase();
        if (begin === "" || this.known.some((one) => begin.startsWith(one))) return;
        this.timer = setTimeout(() => void this.ask(begin), PAUSE_MS);
    }

    /** Drops who leaves, and asks again once somebody has come; the function returned ends that. */
    hear(): () => void {
        const end = this.client.on("event", ({ event, backlog }) => {
            if (backlog || event.room !== this.room) return;
            if (event.type === "room.user.joined") this.came(event.user_id);
            if (event.type === "room.user.left") this.left(event.user_id);
        });
        const endSkipped = this.client.on("skipped", ({ room }) => {
            if (room !== this.room) return;
            this.gone.clear(); // who of them is back nobody tells
            this.forget();
        });
        const endSynced = this.client.on("synced", () => this.forget());
        return () => {
            clearTimeout(this.timer);
            this.asking += 1;
            end();
            endSkipped();
            endSynced();
        };
    }

    private came(user: string): void {
        this.gone.delete(user);
        this.forget();
    }

    private left(id: string): void {
        this.gone.add(id);
        this.set(this.get().filter(({ user }) => user.id !== id));
    }

    /** Somebody may be there who was not found. */
    private forget(): void {
        this.known = [];
        this.comings += 1;
    }

    /** Of a very large room the server looks at some at a time: goes on until there are enough, or something else is asked for. */
    private async ask(begin: string): Promise<void> {
        const [comings, asking] = [this.comings, ++this.asking];
        let cursor: string | null | undefined;
        for (let found = 0; cursor !== null && found < MOST && asking === this.asking; ) {
            const page: ListMembersAnswer | null = await this.client.rooms.members(this.room, cursor, MOST, begin).catch(() => null);
            if (!page) return; // what is typed next asks again
            this.add(page.members);
            found += page.members.length;
            cursor = page.next;
        }
        if (cursor === null && comings === this.comings) this.known.push(begin);
    }

    private add(members: readonly Member[]): void {
        const found = members.filter(({ user }) => !this.gone.has(user.id));
        if (found.length === 0) return;
        const anew = new Set(found.map(({ user }) => user.id));
        this.set([...this.get().filter(({ user }) => !anew.has(user.id)), ...found]);
    }
}
