import assert from "node:assert/strict";
import { test } from "node:test";
import { Privacy } from "../src/state/privacy.js";
import { Receipts } from "../src/state/receipts.js";
import { FakeClient, settle, view } from "./support/fake_client.js";

function setUp(members = 3) {
    const fake = new FakeClient();
    fake.views = [view("a", { member_count: members })];
    let asked = 0;
    let told = [{ user_id: "ann", read_seq: 5 }, { user_id: "me", read_seq: 9 }];
    Object.assign(fake.rooms, { receipts: async () => (asked++, { receipts: told, next: null }) });
    const receipts = new Receipts(fake.client);
    const read = (user_id: string, read_seq: number) => fake.say("read", { type: "room.read", room: "a", user_id, read_seq, read_count: read_seq });
    return { fake, receipts, read, asked: () => asked, tell: (now: typeof told) => (told = now) };
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

test("rooms of more than a hundred people are not asked about", async () => {
    const { receipts, asked } = setUp(101);
    await receipts.open("a");
    assert.deepEqual([asked(), receipts.readers("a", 1)], [0, []]);
});

test("what was missed is asked for at the next sync, and who wants no receipts forgets them", async () => {
    const { fake, receipts, tell } = setUp();
    await receipts.open("a");
    tell([{ user_id: "ann", read_seq: 8 }]);
    fake.say("synced", undefined);
    await settle();
    assert.deepEqual(receipts.readers("a", 8), ["ann"]);
    fake.own("settings:no-receipts", {});
    assert.deepEqual(receipts.readers("a", 8), []);
});

test("all pages are read; of a room that is gone nothing is kept, and none of its answers that is under way", async () => {
    const { fake, receipts } = setUp();
    const pages: Record<string, object> = {
        first: { receipts: [{ user_id: "ann", read_seq: 5 }], next: "second" },
        second: { receipts: [{ user_id: "bob", read_seq: 7 }], next: null },
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
