import assert from "node:assert/strict";
import { test } from "node:test";
import { Privacy } from "../src/state/privacy.js";
import { Receipts } from "../src/state/receipts.js";
import { SeenBy } from "../src/state/seen_by.js";
import { FakeClient, settle, view } from "./support/fake_client.js";

const mark = (user_id: string, read_seq: number, delivered_seq = read_seq) => ({ user_id, read_seq, delivered_seq });

function setUp(members = 3) {
    const fake = new FakeClient();
    fake.views = [view("a", { member_count: members })];
    let asked = 0;
    let told = [mark("ann", 5), mark("me", 9)];
    Object.assign(fake.rooms, { receipts: async () => (asked++, { receipts: told, next: null }) });
    const receipts = new Receipts(fake.client);
    const read = (user_id: string, read_seq: number) => fake.say("read", { type: "room.read", room: "a", user_id, read_seq, read_count: read_seq });
    const delivered = (user_id: string, delivered_seq: number) => fake.say("delivered", { type: "room.delivered", room: "a", user_id, delivered_seq });
    return { fake, receipts, read, delivered, asked: () => asked, tell: (now: typeof told) => (told = now) };
}

test("who has read a message is asked once, and followed from then on; oneself is not counted", async () => {
    const { receipts, read, asked } = setUp();
    read("bob", 4);
    assert.deepEqual(receipts.readers("a", 4), [], "nobody has looked at the room");
    await receipts.open("a");
    await receipts.open("a");
    assert.equal(asked(), 1);
    assert.deepEqual([receipts.readers("a", 5), receipts.readers("a", 6)], [["ann"], []]);
    read("bob", 6);
    read("ann", 3);
    assert.deepEqual([receipts.readers("a", 5), receipts.readers("a", 6)], [["ann", "bob"], ["bob"]]);
});

test("at how many of the others a message has arrived is asked and followed; what is read has arrived, who has left does not count", async () => {
    const { fake, receipts, read, delivered, tell } = setUp();
    tell([mark("ann", 2, 5), mark("bob", 1), mark("me", 9)]);
    await receipts.open("a");
    assert.deepEqual(receipts.delivery("a", 5), { count: 1, of: 2 });
    delivered("bob", 6);
    delivered("ann", 4);
    assert.deepEqual([receipts.delivery("a", 5), receipts.readers("a", 5)], [{ count: 2, of: 2 }, []]);
    read("bob", 7);
    assert.deepEqual(receipts.delivery("a", 7), { count: 1, of: 2 });
    fake.say("event", { event: { type: "room.user.left", room: "a", user_id: "ann" } as never, backlog: false });
    assert.deepEqual(receipts.delivery("a", 7), { count: 1, of: 1 });
    assert.deepEqual(receipts.delivery("elsewhere", 1), { count: 0, of: 0 });
});

test("who comes into the room counts from then on, unless nothing is told of them; many at once are asked about once more", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const { fake, receipts, asked, tell } = setUp();
    const joins = (user_id: string, seq: number) => fake.say("event", { event: { type: "room.user.joined", room: "a", user_id, seq } as never, backlog: false });
    joins("cid", 9);
    assert.equal(asked(), 0, "nobody has looked at the room");
    await receipts.open("a");
    assert.deepEqual(receipts.delivery("a", 5), { count: 1, of: 1 });
    tell([mark("ann", 5), mark("bob", 10), mark("me", 9)]);
    for (const user of ["bob", "cid", "dan"]) joins(user, 10);
    t.mock.timers.tick(1_000);
    await settle();
    assert.deepEqual([receipts.delivery("a", 11), receipts.delivery("a", 5)], [{ count: 0, of: 2 }, { count: 2, of: 2 }]);
    assert.equal(asked(), 2);
});

test("rooms of more than a hundred people are not asked about", async () => {
    const { receipts, asked } = setUp(101);
    await receipts.open("a");
    assert.deepEqual([asked(), receipts.readers("a", 1)], [0, []]);
});

test("in those who has read a message is asked by who wants to know it, unless they keep it to themselves", () => {
    const { fake, receipts } = setUp(101);
    assert.equal(receipts.areAsked("a"), true);
    fake.own("settings:no-receipts", {});
    assert.equal(receipts.areAsked("a"), false);
    assert.equal(setUp(100).receipts.areAsked("a"), false);
});

test("it is read on until enough have read it, or so much was looked at; what fails is asked again from there", async () => {
    const { fake } = setUp(101);
    const asked: [string | undefined, number | undefined][] = [];
    const pages = (count: number, readers: number) => async (_: string, cursor?: string, limit?: number) => {
        asked.push([cursor, limit]);
        const at = Number(cursor ?? 0);
        const receipts = Array.from({ length: readers }, (_, n) => mark(`p${at}.${n}`, 5));
        return { receipts: [...receipts, mark("me", 9), mark(`late${at}`, 4)], next: at + 1 < count ? String(at + 1) : null };
    };
    const seenBy = (receipts: object) => (Object.assign(fake.rooms, { receipts }), new SeenBy(fake.client, "a", 5));
    const many = seenBy(pages(4, 30));
    await many.more();
    assert.deepEqual([many.get().readers.length, many.get().all, asked], [60, false, [[undefined, 200], ["1", 200]]]);
    await many.more();
    await many.more();
    assert.deepEqual([many.get().readers.length, many.get().all, asked.length], [120, true, 4]);

    const few = seenBy(pages(12, 0));
    await few.more();
    assert.deepEqual([few.get().readers.length, few.get().all, asked.length], [0, false, 14]);
    Object.assign(fake.rooms, { receipts: async () => Promise.reject(new Error("gone")) });
    await few.more();
    assert.deepEqual([few.get().busy, few.get().error !== null], [false, true]);
    Object.assign(fake.rooms, { receipts: pages(12, 1) });
    await few.more();
    assert.deepEqual([few.get().readers, few.get().all, few.get().error], [["p10.0", "p11.0"], true, null]);
});

test("a dialog that is closed asks no further", async () => {
    const { fake } = setUp(101);
    let asked = 0;
    const seen = new SeenBy(Object.assign(fake, { rooms: { ...fake.rooms, receipts: async () => (asked++, seen.end(), { receipts: [], next: "on" }) } }).client, "a", 5);
    await seen.more();
    assert.equal(asked, 1);
});

test("what was missed is asked for at the next sync, and who wants no receipts forgets them", async () => {
    const { fake, receipts, tell } = setUp();
    await receipts.open("a");
    tell([mark("ann", 8)]);
    fake.say("synced", undefined);
    await settle();
    assert.deepEqual(receipts.readers("a", 8), ["ann"]);
    fake.own("settings:no-receipts", {});
    assert.deepEqual(receipts.readers("a", 8), []);
});

test("all pages are read; of a room that is gone nothing is kept, and none of its answers that is under way", async () => {
    const { fake, receipts } = setUp();
    const pages: Record<string, object> = {
        first: { receipts: [mark("ann", 5)], next: "second" },
        second: { receipts: [mark("bob", 7)], next: null },
    };
    Object.assign(fake.rooms, { receipts: async (_: string, cursor = "first") => pages[cursor] });
    await receipts.open("a");
    assert.deepEqual(receipts.readers("a", 5), ["ann", "bob"]);
    const opening = receipts.open("a");
    fake.views = [];
    fake.say("rooms", "a");
    await opening;
    assert.deepEqual(receipts.readers("a", 5), []);
});

test("who wants receipts again is told those of the room on the screen", async () => {
    const { fake, receipts, asked } = setUp();
    await receipts.open("a");
    fake.own("settings:no-receipts", null);
    await settle();
    assert.deepEqual([asked(), receipts.readers("a", 5)], [2, ["ann"]]);
});

test("what one wants kept from others stands in the feed, for the server to heed", async () => {
    const fake = new FakeClient();
    const privacy = new Privacy(fake.client);
    await privacy.wish("contacts-only", true);
    assert.deepEqual([[...privacy.get()], fake.feedEntries.get("settings:contacts-only")], [["contacts-only"], {}]);
    fake.own("settings:no-receipts", {});
    await privacy.wish("contacts-only", false);
    assert.deepEqual([...privacy.get()], ["no-receipts"]);
});
