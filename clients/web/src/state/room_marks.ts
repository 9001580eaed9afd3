import type { NatterClient } from "@natternet/sdk";
import type { Preferences } from "./preferences.js";
import { Store } from "./store.js";

/** Ids of rooms, in the order in which they came to be marked. */
export interface RoomMarksView {
    /** Those that tell of themselves quietly. */
    muted: readonly string[];
    /** Those that stay at the top. */
    pinned: readonly string[];
}

const ROOM = "room:";
/** What they are called in the person's feed, which other clients read too. */
const NAMES = { muted: "muted", pinned: "favourite" } as const;
const NONE: RoomMarksView = { muted: [], pinned: [] };

type Client = Pick<NatterClient, "on" | "feed" | "rooms">;
type Earlier = Pick<Preferences, "get" | "change">;

/** How a person wants each room, the same on all devices: out of their feed. */
export class RoomMarks extends Store<RoomMarksView> {
    constructor(
        private readonly client: Client,
        /** Where earlier versions kept it, on this device alone. */
        earlier?: Earlier,
    ) {
        super(NONE);
        client.on("opened", () => this.reread());
        client.on("own", (key) => key.startsWith(ROOM) && this.reread());
        client.on("synced", () => earlier && this.adopt(earlier));
        client.on("signed_out", () => this.set(NONE));
    }

    /** Resolves when it is kept; rejects where the server refuses it. */
    async toggle(list: keyof RoomMarksView, room: string): Promise<void> {
        const name = NAMES[list];
        await this.client.feed.change(ROOM + room, { [name]: this.entry(room)[name] === true ? null : true });
    }

    private reread(): void {
        const rooms = this.client.feed.all("room").map(([key]) => key.slice(ROOM.length));
        const marked = (list: keyof RoomMarksView) => {
            const all = rooms.filter((room) => this.entry(room)[NAMES[list]] === true);
            const before = this.get()[list];
            return all.join() === before.join() ? before : all;
        };
        const [muted, pinned] = [marked("muted"), marked("pinned")];
        if (muted !== this.get().muted || pinned !== this.get().pinned) this.set({ muted, pinned });
    }

    /** Takes over what was kept on this device, once: what the feed knows of a room stands. */
    private adopt(earlier: Earlier): void {
        const { muted, pinned } = earlier.get();
        const mine = (room: string) => this.client.rooms.get(room) !== undefined;
        const rooms = [...new Set([...muted, ...pinned])].filter(mine);
        for (const room of rooms) {
            if (this.client.feed.get(ROOM + room) !== null) continue;
            const value = { ...(muted.includes(room) && { [NAMES.muted]: true }), ...(pinned.includes(room) && { [NAMES.pinned]: true }) };
            void this.client.feed.change(ROOM + room, value).catch(() => {}); // a full feed: it is as if it had not been
        }
        // Those of somebody else who uses this browser wait for them.
        if (rooms.length > 0) earlier.change({ muted: muted.filter((room) => !mine(room)), pinned: pinned.filter((room) => !mine(room)) });
    }

    private entry(room: string): Record<string, unknown> {
        return (this.client.feed.get(ROOM + room) ?? {}) as Record<string, unknown>;
    }
}
