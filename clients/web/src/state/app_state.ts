import type { ConnectionState, NatterClient, RoomView, ServerInfo, User } from "@natternet/sdk";
import { AppUpdate } from "./app_update.js";
import { Drafts } from "./drafts.js";
import { Members } from "./members.js";
import { PeopleSearch } from "./people_search.js";
import { RoomListState } from "./room_list.js";
import { Session } from "./session.js";
import { Sessions } from "./sessions.js";
import { Store } from "./store.js";
import { Timeline } from "./timeline.js";

/** Timelines that are held in memory. */
const TIMELINES = 8;

/** All that the page knows, made once. Components read its stores and call its verbs. */
export class AppState {
    readonly connection: Store<ConnectionState>;
    /** Which program answers; null until it has. */
    readonly server = new Store<ServerInfo | null>(null);
    readonly update = new AppUpdate(globalThis.navigator?.serviceWorker, () => location.reload());
    readonly rooms: RoomListState;
    readonly session: Session;
    readonly sessions: Sessions;
    private readonly timelines = new Map<string, Timeline>();
    private readonly drafts: Drafts;

    constructor(readonly client: NatterClient) {
        this.connection = new Store(client.connection);
        client.on("connection", (state) => {
            this.connection.set(state);
            if (state === "online") this.update.look(); // it may be another server now
        });
        client.on("server", (server) => this.server.set(server));
        client.on("event", ({ event }) => this.timelines.get(event.room)?.take(event));
        client.on("skipped", ({ room, seq }) => void this.timelines.get(room)?.skipped(seq));
        client.on("outbox", (room) => this.timelines.get(room)?.refresh());
        client.on("synced", () => {
            for (const timeline of this.timelines.values()) void timeline.again();
        });
        client.on("signed_out", () => this.timelines.clear());
        this.drafts = new Drafts(client);
        this.rooms = new RoomListState(client);
        this.sessions = new Sessions(client);
        this.session = new Session(client);
    }

    async changePassword(oldPassword: string, newPassword: string): Promise<void> {
        await this.client.account.changePassword(oldPassword, newPassword);
        await this.sessions.load(); // the others have ended
    }

    /** A room's timeline; those looked at last are kept, and kept true. */
    timeline(room: string): Timeline {
        const timeline = this.timelines.get(room) ?? new Timeline(this.client, room);
        this.timelines.delete(room);
        this.timelines.set(room, timeline);
        for (const other of [...this.timelines.keys()].slice(0, -TIMELINES)) this.timelines.delete(other);
        return timeline;
    }

    members(room: string): Members {
        return new Members(this.client, room);
    }

    peopleSearch(): PeopleSearch {
        return new PeopleSearch(this.client);
    }

    /** What was typed and not sent. */
    draft(room: string): string {
        return this.drafts.get(room);
    }

    keepDraft(room: string, text: string): void {
        this.drafts.set(room, text);
    }

    /** The page is about to go away: what waits to be kept is kept. */
    leaving(): void {
        this.drafts.keep();
        void this.client.flush();
    }

    typed(room: string): void {
        this.client.typing.tap(room);
    }

    send(room: string, text: string): void {
        this.drafts.set(room, "");
        void this.client.sendText(room, text).catch(() => {}); // the timeline shows what became of it
    }

    async edit(room: string, seq: number, text: string): Promise<void> {
        await this.client.messages.edit(room, seq, text);
    }

    /** Deletes a message for everyone. */
    async delete(room: string, seq: number): Promise<void> {
        await this.client.messages.delete(room, seq);
    }

    retry(nonce: string): void {
        this.client.outbox.retry(nonce);
    }

    discard(nonce: string): void {
        this.client.outbox.discard(nonce);
    }

    person(id: string): User | undefined {
        return this.client.people.get(id);
    }

    openDirect(userId: string): Promise<RoomView> {
        return this.client.rooms.openDirect(userId);
    }

    createGroup(name: string, members: string[]): Promise<RoomView> {
        return this.client.rooms.createGroup(name, members);
    }
}
