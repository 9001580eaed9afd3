import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, type StoredEvent } from "../src/mod.js";
import { Ageing } from "../src/ageing.js";
import { History } from "../src/history.js";
import { ManualClock, settle } from "./support/manual_clock.js";

const MINUTE = 60_000;

/** A room of which events of the last minutes are held, the newest of now. */
async function setUp(keptFor: number) {
    const clock = new ManualClock();
    const store = new MemoryStore();
    await store.open("me");
    const start = clock.now();
    const event = (seq: number, minutes: number): StoredEvent => ({
        type: "room.updated", room: "a", seq, count: seq, sender: "ann", created_at: new Date(start + minutes * MINUTE).toISOString(), name: `${seq}`,
    });
    await store.write({ events: [event(1, -5), event(2, -3), event(3, -1), event(4, 0)] });
    const gone: [through: number, last: number | null][] = [];
    const setting = { keptFor };
    const ageing = new Ageing(store, clock, {
        keptFor: () => setting.keptFor,
        flush: async () => {},
        onGone: (_, through, last) => gone.push([(through - start) / MINUTE, last?.seq ?? null]),
    });
    return { clock, store, ageing, gone, event, setting };
}

test("what an earlier run kept too long goes at once, the rest each at its time", async () => {
    const { clock, ageing, gone } = await setUp(240);
    ageing.look("a");
    await clock.advance(0);
    assert.deepEqual(gone, [[-4, 1]]);
    await clock.advance(MINUTE - 1);
    assert.equal(gone.length, 1);
    await clock.advance(1);
    assert.deepEqual(gone.at(-1), [-3, 2]);
    await clock.advance(2 * MINUTE);
    assert.deepEqual(gone.at(-1), [-1, 3]);
});

test("a room that keeps all is left alone, until it says otherwise", async () => {
    const { clock, ageing, gone, setting } = await setUp(0);
    ageing.look("a");
    ageing.held("a", "2020-01-01T00:00:00.000Z");
    await clock.advance(60 * MINUTE);
    assert.deepEqual(gone, []);
    setting.keptFor = 60;
    ageing.look("a");
    await clock.advance(0);
    assert.deepEqual(gone, [[59, 4]]);
});

test("nothing is due where nothing is held any more, until something comes", async () => {
    const { clock, ageing, gone, event } = await setUp(60);
    ageing.look("a");
    await clock.advance(10 * MINUTE);
    const before = gone.length;
    ageing.held("a", event(5, 10).created_at);
    await clock.advance(MINUTE);
    assert.equal(gone.length > before, true);
    ageing.clear();
    await clock.advance(60 * MINUTE);
    assert.equal(gone.at(-1)![0] <= 11, true);
});

test("a client that is closed while it looks, or hears something later, waits for nothing more", async () => {
    const { clock, ageing, gone, event } = await setUp(240);
    ageing.look("a");
    const looked = clock.advance(0);
    ageing.close();
    await looked;
    ageing.held("a", event(5, 0).created_at);
    const before = gone.length;
    await clock.advance(60 * MINUTE);
    assert.equal(gone.length, before);
    ageing.open();
    ageing.look("a");
    await clock.advance(0);
    assert.equal(gone.length, before + 1);
});

test("a page that is read leaves out what is too old, and says that nothing is before it", async () => {
    const { store, ageing, event } = await setUp(150);
    await store.write({ rooms: [{ id: "a", seq: 4, spans: [[1, 4]], entry: { id: "a" } as never }] });
    const seen: string[] = [];
    const history = new History(store, {
        flush: async () => {},
        keep: () => {},
        fetch: () => Promise.reject(new Error("not to be asked")),
        ends: () => ({ first: 1, last: 4 }),
        goneThrough: (room) => ageing.goneThrough(room),
        onHeld: (_, at) => seen.push(at),
    });
    const page = await history.read("a", {}, 10);
    assert.deepEqual([page.events.map(({ seq }) => seq), page.from, page.hasOlder], [[3, 4], 3, false]);
    assert.deepEqual(seen, [event(3, -1).created_at]);
    await settle();
});

test("many rooms that keep nothing for ever are planned for one by one", async () => {
    const clock = new ManualClock();
    const store = new MemoryStore();
    await store.open("me");
    let asked = 0;
    const gone = new Set<string>();
    const ageing = new Ageing(store, clock, { keptFor: () => ((asked += 1), 60), flush: async () => {}, onGone: (room) => gone.add(room) });
    const rooms = 2_000;
    for (let n = 0; n < rooms; n++) ageing.look(`r${n}`);
    await clock.advance(0);
    for (let n = 0; gone.size < rooms && n < 1_000; n++) await settle();
    assert.equal(gone.size, rooms);
    assert.equal(asked < 20 * rooms, true, `${asked} questions`);
    ageing.clear();
});
