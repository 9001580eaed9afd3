import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomListState } from "../src/state/room_list.js";
import { FakeClient, message, settle, view } from "./support/fake_client.js";

test("the room with the latest activity comes first, and unread adds up", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    fake.views = [view("old", { unread: 2 }), view("new", { unread: 3 }), view("made", { created_at: message(5).created_at })];
    fake.last.set("old", message(1)).set("new", message(9));
    fake.say("synced", undefined);
    await settle();
    assert.deepEqual(list.get().rooms.map(({ room }) => room.id), ["new", "made", "old"]);
    assert.equal(list.get().unread, 5);
});

test("the list is ready after the first sync, and no longer after signing out", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    assert.equal(list.get().ready, false);
    fake.say("synced", undefined);
    await settle();
    assert.equal(list.get().ready, true);
    fake.say("signed_out", "signed_out");
    await settle();
    assert.equal(list.get().ready, false);
});

test("many changes in one turn are one new list", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    let changes = 0;
    list.subscribe(() => changes++);
    fake.views = [view("a")];
    for (let i = 0; i < 100; i++) fake.say("rooms", "a");
    await settle();
    assert.equal(changes, 1);
});

test("rooms that an earlier run left are a list already; none is not yet", async () => {
    for (const views of [[], [view("a")]]) {
        const fake = new FakeClient();
        const list = new RoomListState(fake.client);
        fake.views = views;
        fake.say("opened", undefined);
        await settle();
        assert.equal(list.get().ready, views.length > 0);
    }
});

test("a room moves by its activity, is told of to who watches it, and the others stay the same", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    fake.views = Array.from({ length: 1_000 }, (_, index) => view(`r${index}`));
    for (const [index, { id }] of fake.views.entries()) fake.last.set(id, message(index + 1));
    fake.say("synced", undefined);
    await settle();
    const before = list.get().rooms;
    let told = 0;
    list.watch("r5", () => told++);
    list.watch("r6", () => assert.fail("of another room"));
    fake.views[5] = view("r5", { unread: 2 });
    fake.last.set("r5", message(2_000));
    fake.say("rooms", "r5");
    await settle();
    const { rooms, unread } = list.get();
    assert.deepEqual([rooms.length, rooms[0]!.room.id, unread, told], [1_000, "r5", 2, 1]);
    assert.deepEqual(rooms.slice(1), before.filter(({ room }) => room.id !== "r5"));
    fake.views.splice(5, 1);
    fake.say("rooms", "r5");
    await settle();
    assert.deepEqual([list.get().rooms.length, list.get().unread, list.room("r5")], [999, 0, undefined]);
});
