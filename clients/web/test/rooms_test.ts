import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomListState } from "../src/state/room_list.js";
import { FakeClient, message, settle, view } from "./support/fake_client.js";

test("the room with the latest activity comes first, and unread adds up", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    fake.views = [view("old", { unread: 2 }), view("new", { unread: 3 }), view("made", { created_at: message(5).created_at })];
    fake.last.set("old", message(1)).set("new", message(9));
    fake.say("rooms", "old");
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
    for (let i = 0; i < 100; i++) fake.say("rooms", "a");
    await settle();
    assert.equal(changes, 1);
});
