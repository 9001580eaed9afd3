import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";
import type { FakeServer } from "./support/fake_server.js";

const small = (server: FakeServer) => void (server.limits = { delivered_members: 3 });
const marks = (server: FakeServer) => server.commands.filter(({ type }) => type === "room.delivered").map(({ room, seq }) => `${room}:${seq}`);

test("of what arrives within a second the last is told, once for each room", async () => {
    const { server, clock } = await signedIn((server) => (server.room("b", "ann"), small(server)));
    server.write("a", "ann", "one");
    server.write("b", "ann", "two");
    const last = server.write("a", "bob", "three").seq;
    assert.deepEqual(marks(server), []);
    await clock.advance(1_000);
    assert.deepEqual(marks(server), [`a:${last}`, "b:4"]);
    await clock.advance(5_000);
    assert.equal(marks(server).length, 2, "and not again");
});

test("nothing is told of one's own words, of what was read meanwhile, or in a room of more people", async () => {
    const { server, clock, client } = await signedIn((server) => (server.room("b", "ann", "bob", "cal"), small(server)));
    server.write("b", "ann", "to many");
    const { seq } = server.write("a", "ann", "read at once");
    client.markRead("a", seq);
    await client.sendText("a", "mine");
    await clock.advance(2_000);
    assert.deepEqual(marks(server), []);
});

test("who tells nobody what they have read tells nobody what has arrived", async () => {
    const { server, clock } = await signedIn(small);
    server.putFeed("settings:no-receipts", {});
    server.write("a", "ann", "unseen");
    await clock.advance(2_000);
    assert.deepEqual(marks(server), []);
});

test("what arrived while the connection went is told after the next one, with what was missed", async () => {
    const { server, clock } = await signedIn(small);
    server.write("a", "ann", "one");
    server.down = true;
    server.hangUp(1006);
    await clock.advance(2_000);
    assert.deepEqual(marks(server), []);
    const { seq } = server.write("a", "ann", "missed", true);
    server.down = false;
    await clock.advance(60_000);
    await settle();
    await clock.advance(2_000);
    assert.deepEqual(marks(server), [`a:${seq}`]);
});

test("a server that knows no such marks is told of none", async () => {
    const { server, clock } = await signedIn();
    server.write("a", "ann", "one");
    await clock.advance(2_000);
    assert.deepEqual(marks(server), []);
});

test("what has arrived at others is handed on", async () => {
    const { server, client } = await signedIn(small);
    const heard: number[] = [];
    client.on("delivered", ({ user_id, delivered_seq }) => heard.push(user_id === "ann" ? delivered_seq : -1));
    server.tell({ type: "room.delivered", room: "a", user_id: "ann", delivered_seq: 3 });
    assert.deepEqual(heard, [3]);
});
