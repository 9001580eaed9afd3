import type { Message, NatterClient, RoomEntry } from "@natternet/sdk";
import { Store, coalesced } from "./store.js";

export interface RoomSummary {
    room: RoomEntry;
    lastMessage: Message | undefined;
}

export interface RoomListView {
    /** False until it is known which rooms there are: from the device, or from the first sync. */
    ready: boolean;
    /** The latest activity first. */
    rooms: RoomSummary[];
    unread: number;
}

const EMPTY: RoomListView = { ready: false, rooms: [], unread: 0 };

type Client = Pick<NatterClient, "on" | "rooms">;

/** The rooms as the list on the left shows them. */
export class RoomListState extends Store<RoomListView> {
    private ready = false;
    private readonly refresh = coalesced(() => this.set(this.view()));

    constructor(private readonly client: Client) {
        super(EMPTY);
        client.on("rooms", this.refresh);
        client.on("opened", () => {
            this.ready ||= client.rooms.all().length > 0;
            this.refresh();
        });
        client.on("synced", () => {
            this.ready = true;
            this.refresh();
        });
        client.on("signed_out", () => {
            this.ready = false;
            this.refresh();
        });
    }

    private view(): RoomListView {
        const rooms = this.client.rooms.all().map((room) => ({ room, lastMessage: this.client.rooms.lastMessage(room.id) }));
        const unread = rooms.reduce((sum, { room }) => sum + room.unread, 0);
        return { ready: this.ready, rooms: rooms.sort(byActivity), unread };
    }
}

/** Times are RFC 3339 in UTC with the same number of digits: they sort as text. */
function byActivity(a: RoomSummary, b: RoomSummary): number {
    return activityOf(b).localeCompare(activityOf(a)) || a.room.id.localeCompare(b.room.id);
}

function activityOf({ room, lastMessage }: RoomSummary): string {
    return lastMessage?.created_at ?? room.created_at ?? "";
}
