import type { Api } from "./api.js";
import type { Clock } from "./clock.js";
import { isTransient } from "./errors.js";
import type { ListUsersAnswer, User } from "./schema.gen.js";

const BATCH = 100;
/** Long enough to gather the names of one screen into one request. */
const GATHER_MS = 20;
const RETRY_MS = 3_000;

/** Who is who: asked for in batches, remembered as long as the client lives. */
export class People {
    private readonly known = new Map<string, User>();
    private readonly wanted = new Set<string>();
    /** Known only as this device kept them: the server may know them by other names since. */
    private readonly aged = new Set<string>();
    private gathering = false;

    constructor(
        private readonly api: Api,
        private readonly clock: Clock,
        private readonly kept: (ids: string[]) => Promise<User[]>,
        private readonly isOnline: () => boolean,
        private readonly onNews: (users: User[]) => void,
    ) {}

    /** A person by id; where not known yet, undefined now and a `people` event when known. */
    get(id: string): User | undefined {
        const user = this.known.get(id);
        if (!user) this.want(id);
        return user;
    }

    /**
     * Remembers people who came along with something else, as others see them at a glance: without what they tell of
     * themselves. @internal
     */
    meet(users: User[]): void {
        this.learn(users.map((user) => ({ ...profileOf(this.known.get(user.id)), ...user })));
    }

    /**
     * Asks for a person as the server knows them now, with all that they tell of themselves. Rejects with
     * `user.not_found`.
     */
    async profile(id: string): Promise<User> {
        const user = await this.api.call<User>("GET", `/users/${encodeURIComponent(id)}`);
        this.learn([user]);
        return user;
    }

    /** Remembers people as the server tells all of them. */
    learn(users: User[]): void {
        for (const { id } of users) this.aged.delete(id);
        const news = users.filter((user) => !sameUser(this.known.get(user.id), user));
        for (const user of news) this.known.set(user.id, user);
        if (news.length > 0) this.onNews(news);
    }

    /** People whose names begin with these words. */
    async search(text: string, limit = 20): Promise<User[]> {
        const found = await this.api.call<ListUsersAnswer>("GET", "/users", { query: { search: text, limit } });
        this.learn(found.users);
        return found.users;
    }

    /** @internal */
    connected(): void {
        this.refresh();
    }

    /** @internal */
    clear(): void {
        this.known.clear();
        this.wanted.clear();
        this.aged.clear();
    }

    private refresh(): void {
        for (const id of this.aged) this.wanted.add(id);
        this.aged.clear();
        this.gather(GATHER_MS);
    }

    private want(id: string): void {
        this.wanted.add(id);
        this.gather(GATHER_MS);
    }

    private gather(ms: number): void {
        if (this.gathering || this.wanted.size === 0) return;
        this.gathering = true;
        this.clock.after(ms, () => void this.fetchBatch());
    }

    private async fetchBatch(): Promise<void> {
        let ids = [...this.wanted].slice(0, BATCH);
        let pauseMs = GATHER_MS;
        try {
            ids = await this.withoutKept(ids);
            if (ids.length > 0) await this.fetchUsers(ids);
        } catch (error) {
            if (isTransient(error)) pauseMs = RETRY_MS;
            else for (const id of ids) this.wanted.delete(id);
        }
        this.gathering = false;
        this.gather(pauseMs);
    }

    private async fetchUsers(ids: string[]): Promise<void> {
        const query = { ids: ids.join(","), limit: BATCH };
        const found = await this.api.call<ListUsersAnswer>("GET", "/users", { query });
        for (const id of ids) this.wanted.delete(id);
        this.learn(ids.map((id) => found.users.find((user) => user.id === id) ?? nobody(id)));
    }

    /** Learns those whom the local store knows, until the server can be asked; returns those to ask for now. */
    private async withoutKept(ids: string[]): Promise<string[]> {
        const unknown = ids.filter((id) => !this.known.has(id));
        const kept = unknown.length > 0 ? await this.kept(unknown).catch(() => []) : [];
        this.learn(kept);
        for (const { id } of kept) {
            this.wanted.delete(id);
            this.aged.add(id);
        }
        if (this.isOnline()) this.refresh();
        return ids.filter((id) => this.wanted.has(id));
    }
}

function sameUser(a: User | undefined, b: User): boolean {
    return a !== undefined && SHOWN.every((field) => a[field] === b[field]);
}

const SHOWN = ["display_name", "username", "admin", "deleted", "about", "pronouns", "time_zone"] as const;

/** What rooms and members do not say of a person. */
function profileOf(user?: User): Pick<User, "about" | "pronouns" | "time_zone"> {
    return {
        ...(user?.about && { about: user.about }),
        ...(user?.pronouns && { pronouns: user.pronouns }),
        ...(user?.time_zone && { time_zone: user.time_zone }),
    };
}

/** Stands for an id that the server does not tell of. */
function nobody(id: string): User {
    return { id, username: "", display_name: "", created_at: "", deleted: true };
}
