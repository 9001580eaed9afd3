import { ROLES, muteEnd, type ListMembersAnswer, type Member, type NatterClient, type Role, type StoredEvent } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { OneAtATime } from "./one_at_a_time.js";
import { Store } from "./store.js";

export interface MembersView {
    members: Member[];
    /** The beginning of the names of which these are; empty: of everybody. */
    of: string;
    /** Where the next page begins, if there is one. */
    next: string | null;
    loading: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "on" | "rooms" | "user">;

/** What the server gives at once where nothing is said, and at most. */
export const PAGE = 50;
export const LARGE_PAGE = 200;

/** Who is in a room, while somebody looks. */
export class Members extends Store<MembersView> {
    /** So many are to be there, if there are so many. */
    private wanted = 0;
    /** Only those whose names begin so; empty: everybody. */
    private text = "";
    /** Counts readings: the answer to an earlier one is late news. */
    private reading = 0;
    /** Ids of those who are known to be in it, shown or not. */
    private readonly inside = new Set<string>();
    /** Ids of those who have left since a reading began: a page of it may be older than that. */
    private readonly gone = new Set<string>();
    /** Somebody may be in the room who was not when it was read. */
    private stale = true;
    private readonly reads = new OneAtATime(() => this.readAnew());
    /** Who watches or hears; where nobody does, nothing is read on. */
    private users = 0;

    constructor(
        private readonly client: Client,
        readonly room: string,
    ) {
        super({ members: [], of: "", next: null, loading: false, error: null });
    }

    /** Reads the list and keeps it true; the function returned ends that. */
    watch(): () => void {
        this.users += 1;
        void this.load();
        const ends = [
            this.follow(() => this.reads.soon()),
            this.followSkipped(() => this.reads.soon()),
            this.client.on("synced", () => this.get().error !== null && this.reads.soon()),
        ];
        return () => {
            this.reads.stop();
            for (const end of ends) end();
            this.unused();
        };
    }

    /** Keeps what was read true without asking, but for who comes later: they are there when it is read again. */
    hear(): () => void {
        const isStale = () => {
            this.stale = true;
        };
        this.users += 1;
        const ends = [this.follow(isStale), this.followSkipped(isStale)];
        return () => {
            for (const end of ends) end();
            this.unused();
        };
    }

    /** Somebody is known to be in the room; others may be, where the list is not whole. */
    has(userId: string): boolean {
        return this.inside.has(userId);
    }

    /** Only those of a name are in it. */
    isSearched(): boolean {
        return this.text !== "";
    }

    load(): Promise<void> {
        return this.reads.now();
    }

    async more(): Promise<void> {
        const { members, next, loading } = this.get();
        if (next === null || loading) return;
        this.wanted = members.length + 1;
        await this.read(members, next);
    }

    /** From now on only those whose names begin so; what is shown stays until they are there. Empty: everybody. */
    async find(text: string): Promise<void> {
        if (text === this.text) return;
        this.text = text;
        // Of a very large room the server looks at some at a time, and may find nobody among them.
        this.wanted = text === "" ? 0 : 1;
        this.update({ next: null }); // which is of the list before
        await this.read([], undefined);
    }

    /** Reads until there are so many or no more, where it is not known who is there. */
    async upTo(count: number): Promise<void> {
        this.wanted = Math.max(this.wanted, count);
        const { members, next, loading } = this.get();
        if (this.stale) await this.load();
        else if (!loading && next !== null && members.length < count) await this.read(members, next);
    }

    /** Everybody in the room is in the list. */
    isWhole(): boolean {
        const { next, loading } = this.get();
        return !this.stale && !loading && next === null;
    }

    async add(userId: string): Promise<void> {
        try {
            await this.client.rooms.addMember(this.room, userId);
        } catch (error) {
            if (codeOf(error) === "room.already_member") this.inside.add(userId);
            throw error;
        }
    }

    /** The reason is for all to read. */
    async remove(userId: string, reason?: string): Promise<void> {
        await this.client.rooms.removeMember(this.room, userId, reason);
    }

    /** Out, and kept out for so many seconds, or for good. */
    async ban(userId: string, seconds?: number, reason?: string): Promise<void> {
        await this.client.rooms.ban(this.room, userId, seconds, reason);
    }

    /** What they wrote in the last so many seconds, or all of it, for everyone; resolves to how many that were. */
    deleteMessages(userId: string, seconds?: number): Promise<number> {
        return this.client.rooms.deleteMessagesOf(this.room, userId, seconds);
    }

    /** `owner` hands the group over. */
    async setRole(userId: string, role: Role): Promise<void> {
        await this.client.rooms.setRole(this.room, userId, role);
    }

    /** For so many seconds from now; the reason is for all to read. */
    async mute(userId: string, seconds: number, reason?: string): Promise<void> {
        await this.client.rooms.mute(this.room, userId, seconds, reason);
    }

    async unmute(userId: string): Promise<void> {
        await this.client.rooms.unmute(this.room, userId);
    }

    async leave(): Promise<void> {
        if (this.client.user) await this.client.rooms.removeMember(this.room, this.client.user.id);
    }

    private follow(changed: () => void): () => void {
        return this.client.on("event", ({ event, backlog }) => {
            if (backlog || event.room !== this.room) return;
            if (event.type === "room.user.joined") this.came(event.user_id);
            if (event.type === "room.user.left") this.left(event.user_id);
            const { members, loading } = this.get();
            const after = membersAfter(members, event);
            if (after) this.update({ members: after });
            // Who has left may no longer ask. What is being read may be older than this.
            if (event.type === "room.user.left" && event.user_id === this.client.user?.id) return;
            if (isUnknown(event) || (after && loading)) changed();
        });
    }

    /** Who came and left among events that were too many to hand out nobody tells. */
    private followSkipped(changed: () => void): () => void {
        return this.client.on("skipped", ({ room }) => {
            if (room !== this.room) return;
            this.inside.clear();
            changed();
        });
    }

    private unused(): void {
        this.users -= 1;
        if (this.users > 0 || !this.get().loading) return;
        this.reading += 1;
        this.stale = true;
        this.update({ loading: false });
    }

    private came(id: string): void {
        this.gone.delete(id);
        this.inside.add(id);
    }

    private left(id: string): void {
        this.gone.add(id);
        this.inside.delete(id);
    }

    private readAnew(): Promise<void> {
        this.wanted = Math.max(this.wanted, this.get().members.length);
        this.stale = false;
        return this.read([], undefined);
    }

    private async read(before: readonly Member[], from: string | undefined): Promise<void> {
        const reading = ++this.reading;
        this.gone.clear();
        this.update({ loading: true, error: null });
        try {
            let members = [...before];
            for (let cursor: string | null | undefined = from; cursor !== null; ) {
                const page: ListMembersAnswer = await this.client.rooms.members(this.room, cursor, this.wanted > PAGE ? LARGE_PAGE : undefined, this.text === "" ? undefined : this.text);
                if (reading !== this.reading) return;
                members = joined(members, page.members);
                for (const { user } of page.members) if (!this.gone.has(user.id)) this.inside.add(user.id);
                const loading = page.next !== null && members.length < this.wanted;
                // What is read anew takes the place of what is shown when it is as much.
                if (!loading || members.length > this.get().members.length) this.update({ members, of: this.text, next: page.next, loading });
                if (!loading) return;
                cursor = page.next;
            }
        } catch (error) {
            if (reading !== this.reading) return;
            this.stale = true;
            this.update({ loading: false, error: codeOf(error) });
        }
    }
}

/** Whether it is about somebody of whom it does not tell all that is shown. */
function isUnknown(event: StoredEvent): boolean {
    return event.type === "room.user.joined" || (event.type === "room.updated" && event.owner !== undefined);
}

/** The list as it is after an event that tells all; null: it changes nothing in it. */
function membersAfter(members: readonly Member[], event: StoredEvent): Member[] | null {
    switch (event.type) {
        case "room.user.left":
            return members.filter(({ user }) => user.id !== event.user_id);
        case "room.user.updated":
            return changed(members, event.user_id, (member) => ({ ...member, role: event.role })).sort(highestFirst);
        case "room.user.muted":
            return changed(members, event.user_id, (member) => ({ ...member, muted_until: muteEnd(event) }));
        case "room.user.unmuted":
            return changed(members, event.user_id, ({ muted_until: _, ...member }) => member);
        default:
            return null;
    }
}

function changed(members: readonly Member[], id: string, change: (member: Member) => Member): Member[] {
    return members.map((member) => (member.user.id === id ? change(member) : member));
}

/** A page more; who has another role meanwhile may stand in two of them. */
function joined(members: readonly Member[], page: readonly Member[]): Member[] {
    const anew = new Set(page.map(({ user }) => user.id));
    return [...members.filter(({ user }) => !anew.has(user.id)), ...page].sort(highestFirst);
}

function highestFirst(a: Member, b: Member): number {
    return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.user.display_name.localeCompare(b.user.display_name);
}
