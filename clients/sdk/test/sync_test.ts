import assert from "node:assert/strict";
import { test } from "node:test";
import type { SyncReply, SyncRoom } from "../src/schema.gen.js";
import { Sync } from "../src/sync.js";
import { ManualClock, settle } from "./support/manual_clock.js";

/** A page of one room without events. */
function page(room: string, next: string | null): SyncReply {
    return { rooms: [{ room, first_seq: 1, last_seq: 0, events: [], has_more: false } as unknown as SyncRoom], left: [], me: [], rev: 1, next } as unknown as SyncReply;
}

test("the next page of a sync is on its way while one is taken, and none is lost with the connection", async () => {
    const did: string[] = [];
    let breaks = true;
    const none = () => {};
    const sync = new Sync(
        {
            sync: async ({ cursor }) => {
                did.push(`ask ${cursor ?? "first"}`);
                if (cursor === "3" && breaks) throw new Error("cut");
                return { first: page("a", "2"), 2: page("b", "3"), 3: page("c", null) }[cursor ?? "first"]!;
            },
            eventsAfter: () => Promise.reject(new Error("nobody asks")),
            newestSeq: () => 0,
            onRoom: ({ room }) => did.push(`take ${room}`),
            onRoomGone: none,
            onFeed: none,
            onEvent: none,
            onSynced: () => did.push("synced"),
            onSkipped: none,
        },
        new ManualClock(),
    );
    void sync.run();
    await settle();
    assert.deepEqual(did, ["ask first", "ask 2", "take a", "ask 3", "take b"]);
    did.length = 0;
    breaks = false;
    sync.disconnected();
    void sync.run();
    await settle();
    assert.deepEqual(did, ["ask first", "ask 2", "take a", "ask 3", "take b", "take c", "synced"]);
});
