import { draftPlaceOf, localDraftPlaceOf, type Message, type NatterClient, type RoomEntry } from "@natternet/sdk";
import { LastWords } from "./last_words.js";
import { Store, framed } from "./store.js";

/** The same object as long as nothing of it changed. */
export interface RoomSummary {
    room: RoomEntry;
    /** The newest that one has not deleted for oneself. */
    lastMessage: Message | undefined;
    /** When something was said last, also if that is not shown. */
    saidAt: string | undefined;
    /** What was begun and not sent, if anything. */
    draft?: string;
}

export interface RoomListView {
    /** False until it is known which rooms there are: from the device, or from the first sync. */
    ready: boolean;
    /** The latest activity first. */
    rooms: readonly RoomSummary[];
    unread: number;
}

const EMPTY: RoomListView = { ready: false, rooms: [], unread: 0 };
/** Past so many changes at once, sorting all is less work than moving each. */
const MANY = 200;

type Client = Pick<NatterClient, "on" | "rooms" | "drafts" | "hidden">;

/**
 * The rooms as the list on the left shows them. What one event costs does not grow with the number
 * of rooms: the room moves to its new place, the others stay. Changes are shown once a frame.
 */
export class RoomListState extends Store<RoomListView> {
    private ready = false;
    private unread = 0;
    private readonly summaries = new Map<string, RoomSummary>();
    private readonly roomWatchers = new Map<string, Set<() => void>>();
    private readonly changed = new Set<string>();
    private readonly refresh = framed(() => this.show());
    private readonly words: LastWords;

    constructor(private readonly client: Client) {
        super(EMPTY);
        this.words = new LastWords(client, (room) => this.touch(room));
        client.on("rooms", (room) => this.touch(room));
        client.on("own", (key) => this.draftChanged(draftPlaceOf(key)));
        client.on("value", (key) => this.draftChanged(localDraftPlaceOf(key)));
        client.on("opened", () => this.begin(client.rooms.all().length > 0));
        client.on("synced", () => this.begin(true));
        client.on("signed_out", () => this.end());
    }

    room(id: string): RoomSummary | undefined {
        return this.summaries.get(id);
    }

    /** Calls `watcher` when this one room changed; the function returned ends that. */
    watch(id: string, watcher: () => void): () => void {
        const set = this.roomWatchers.get(id) ?? new Set();
        this.roomWatchers.set(id, set.add(watcher));
        return () => {
            set.delete(watcher);
            if (set.size === 0) this.roomWatchers.delete(id);
        };
    }

    private begin(ready: boolean): void {
        this.ready ||= ready;
        for (const { id } of this.client.rooms.all()) if (!this.summaries.has(id)) this.changed.add(id);
        this.refresh();
    }

    private end(): void {
        this.ready = false;
        for (const id of this.summaries.keys()) this.changed.add(id);
        this.refresh();
    }

    private touch(id: string): void {
        this.changed.add(id);
        this.refresh();
    }

    private show(): void {
        const ids = [...this.changed];
        this.changed.clear();
        let rooms: RoomSummary[] | null = null;
        for (const id of ids) rooms = this.move(id, rooms, ids.length > MANY);
        if (rooms && ids.length > MANY) rooms.push(...this.summaries.values());
        if (rooms && ids.length > MANY) rooms.sort(byActivity);
        this.set({ ready: this.ready, rooms: rooms ?? this.get().rooms, unread: this.unread });
        for (const id of ids) for (const watcher of [...(this.roomWatchers.get(id) ?? [])]) watcher();
    }

    /** Brings one room to its place. `many`: only remembers it, for all to be sorted afterwards. */
    private move(id: string, rooms: RoomSummary[] | null, many: boolean): RoomSummary[] | null {
        const old = this.summaries.get(id);
        const now = this.summaryOf(id);
        if (old && now && isSame(old, now)) return rooms;
        this.unread += (now?.room.unread ?? 0) - (old?.room.unread ?? 0);
        if (now) this.summaries.set(id, now);
        else this.summaries.delete(id);
        if (many) return rooms ?? [];
        const list = rooms ?? [...this.get().rooms];
        if (old) list.splice(placeOf(list, old), 1);
        if (now) list.splice(placeOf(list, now), 0, now);
        return list;
    }

    private draftChanged(place: string | null): void {
        if (place !== null) this.touch(place);
    }

    private summaryOf(id: string): RoomSummary | undefined {
        const room = this.client.rooms.get(id);
        const draft = this.client.drafts.get(id)?.text;
        const saidAt = this.client.rooms.lastMessage(id)?.created_at;
        return room && { room, lastMessage: this.words.in(id), saidAt, ...(draft !== undefined && { draft }) };
    }
}

function isSame(a: RoomSummary, b: RoomSummary): boolean {
    return a.room === b.room && a.lastMessage === b.lastMessage && a.saidAt === b.saidAt && a.draft === b.draft;
}

/** Where it stands, or would stand, in a sorted list. */
function placeOf(list: readonly RoomSummary[], wanted: RoomSummary): number {
    let [low, high] = [0, list.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (byActivity(list[middle]!, wanted) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** Times are RFC 3339 in UTC with the same number of digits: they sort as text. */
function byActivity(a: RoomSummary, b: RoomSummary): number {
    return compare(activityOf(b), activityOf(a)) || compare(a.room.id, b.room.id);
}

/** Without regard to any language, which would cost a hundred times as much. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function activityOf({ room, saidAt }: RoomSummary): string {
    return saidAt ?? room.created_at ?? "";
}
