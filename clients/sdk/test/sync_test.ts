import assert from "node:assert/strict";
import { test } from "node:test";
import type { SyncReply, SyncRoom } from "../src/schema.gen.js";
import { Sync } from "../src/sync.js";
import { ManualClock, settle } from "./support/manual_clock.js";

/** A page of rooms without events. */
function page(rooms: string | string[], next: string | null): SyncReply {
    const without = (room: string) => ({ room, first_seq: 1, last_seq: 0, events: [], has_more: false }) as unknown as SyncRoom;
    return { rooms: [rooms].flat().map(without), left: [], me: [], rev: 1, next } as unknown as SyncReply;
}

const none = () => {};
/** What a test says nothing of. */
const PORTS = { eventsAfter: () => Promise.reject(new Error("nobody asks")), newestSeq: () => 0, onRoom: none, onRoomGone: none, onFeed: none, onEvent: none, onSynced: none, onSkipped: none };

test("the next page of a sync is on its way while one is taken, and none is lost with the connection", async () => {
    const did: string[] = [];
    let breaks = true;
    const sync = new Sync(
        {
            ...PORTS,
            sync: async ({ cursor }) => {
                did.push(`ask ${cursor ?? "first"}`);
                if (cursor === "3" && breaks) throw new Error("cut");
                return { first: page("a", "2"), 2: page("b", "3"), 3: page("c", null) }[cursor ?? "first"]!;
            },
            onRoom: ({ room }) => did.push(`take ${room}`),
            onSynced: () => did.push("synced"),
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

test("of rooms past the two hundredth that are new to a client it asks for no more than the list shows", async () => {
    const asked: unknown[] = [];
    const rooms = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `r${from + at}`);
    const pages = [rooms(0, 199), rooms(199, 200), rooms(200, 300), rooms(300, 301)];
    const sync = new Sync(
        {
            ...PORTS,
            sync: async ({ cursor = "0", newest }) => {
                asked.push(newest);
                return page(pages[Number(cursor)]!, Number(cursor) + 1 < pages.length ? String(Number(cursor) + 1) : null);
            },
        },
        new ManualClock(),
    );
    void sync.run();
    await settle();
    assert.deepEqual(asked, [undefined, undefined, 5, 5]);
    asked.length = 0;
    sync.disconnected();
    void sync.run(); // they are known now
    await settle();
    assert.deepEqual(asked, [undefined, undefined, undefined, undefined]);
});

test("a room whose events come in several pages is not read again for what the first of them left out", async () => {
    const part = (seqs: number[], has_more: boolean) => ({ room: "a", first_seq: 1, last_seq: 4, events: seqs.map((seq) => ({ room: "a", seq })), has_more });
    const whole = (rooms: unknown[], next: string | null) => ({ rooms, left: [], me: [], rev: 1, next }) as unknown as SyncReply;
    const heard: number[] = [];
    const sync = new Sync(
        {
            ...PORTS,
            sync: async ({ cursor }) => (cursor ? whole([part([4], false)], null) : whole([part([2, 3], true)], "2")),
            eventsAfter: () => assert.fail("it was told"),
            onEvent: ({ seq }) => heard.push(seq),
        },
        new ManualClock(),
    );
    sync.restore([{ id: "a", seq: 1 }], 0);
    void sync.run();
    await settle();
    assert.deepEqual(heard, [2, 3, 4]);
});
