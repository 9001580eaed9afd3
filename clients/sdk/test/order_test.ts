import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeServer } from "./support/fake_server.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

test("events are handed out in order, whatever order they come in", async () => {
    const { server, heard } = await signedIn();
    const events = ["one", "two", "three"].map((text) => server.write("a", "ann", text, true));
    for (const event of events.reverse()) server.tell(event);
    await settle();
    assert.deepEqual(heard, ["a:one", "a:two", "a:three"]);
});

test("an event that comes twice is handed out once", async () => {
    const { server, heard } = await signedIn();
    const event = server.write("a", "ann", "one");
    server.tell(event);
    await settle();
    assert.deepEqual(heard, ["a:one"]);
});

test("a hole is filled from the log", async () => {
    const { server, heard, seqs } = await signedIn();
    server.write("a", "ann", "lost", true);
    server.write("a", "ann", "seen");
    await settle();
    assert.deepEqual(heard, ["a:lost", "a:seen"]);
    assert.ok(server.requests.includes("GET /rooms/a/events"));
    assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
});

test("a hole whose reading fails is tried again", async () => {
    const { server, clock, heard } = await signedIn();
    server.write("a", "ann", "lost", true);
    server.down = true;
    server.write("a", "ann", "seen");
    await settle();
    assert.deepEqual(heard, []);
    server.down = false;
    await clock.advance(1_000);
    assert.deepEqual(heard, ["a:lost", "a:seen"]);
});

test("what was missed while away comes at reconnect, all of it and in order", async () => {
    const { server, clock, heard, seqs } = await signedIn();
    server.down = true;
    server.hangUp(1012);
    const written = Array.from({ length: 450 }, (_, index) => `m${index}`);
    for (const text of written) server.write("a", "ann", text);
    server.down = false;
    await clock.advance(1_000);
    assert.deepEqual(heard, written.map((text) => `a:${text}`));
    assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
});

test("a live event that comes before the sync reply waits for what was missed", async () => {
    const { server, clock, heard } = await signedIn();
    server.down = true;
    server.hangUp(1006);
    server.write("a", "ann", "missed");
    server.down = false;
    server.whileSyncing = () => void server.write("a", "ann", "live");
    await clock.advance(1_000);
    assert.deepEqual(heard, ["a:missed", "a:live"]);
    assert.ok(!server.requests.includes("GET /rooms/a/events"), "sync alone closes the hole");
});

test("the newest events of the first sync are marked as backlog, later ones are not", async () => {
    const { server, client } = await signedIn((server) => void server.write("a", "ann", "old"));
    const backlog: boolean[] = [];
    client.on("message", (message) => backlog.push(message.backlog));
    server.write("a", "ann", "new");
    await settle();
    assert.deepEqual(backlog, [false]);
});

test("a room that one is added to begins with the joining", async () => {
    const { server, client } = await signedIn();
    const room = server.room("b", "ann");
    const told: number[] = [];
    client.on("event", ({ event }) => void (event.room === "b" && told.push(event.seq)));
    server.tell(room.log[1]!);
    server.write("b", "ann", "welcome", true);
    server.tell(room.log[3]!);
    await settle();
    assert.deepEqual(told, [2, 3, 4]);
    assert.equal(client.rooms.get("b")?.name, "Room b");
});

test("of a room that one is let into and out of again before it was asked for nothing is kept, and it begins anew for who comes back", async () => {
    const { server, client, store } = await signedIn();
    const room = server.room("b");
    const me = room.members.splice(0, 1)[0]!;
    server.tell(room.log[1]!);
    server.write("b", "ann", "not for long");
    await settle();
    await client.flush();
    const kept = await store.open("me");
    assert.deepEqual([client.rooms.get("b"), client.rooms.lastMessage("b"), kept?.rooms.map(({ id }) => id)], [undefined, undefined, ["a"]]);
    room.members.push(me);
    server.tell(room.append({ type: "room.user.joined", sender: "ann", user_id: "me", by: "ann" }));
    server.write("b", "ann", "welcome back");
    await settle();
    assert.deepEqual([client.rooms.get("b")?.last_seq, client.rooms.lastMessage("b")?.content.text], [room.lastSeq, "welcome back"]);
});

test("an answer that was made before one was removed does not bring the room back", async () => {
    let real: FakeServer | null = null;
    const held: (() => void)[] = [];
    const fetch = async (url: string, init: RequestInit) => {
        const answer = await real!.fetch(url, init);
        if (url.endsWith("/rooms/b")) await new Promise<void>((done) => held.push(done));
        return answer;
    };
    const { server, client } = await signedIn((server) => void (real = server), { fetch });
    const room = server.room("b");
    server.tell(room.log[1]!);
    await settle();
    assert.equal(held.length, 1);
    room.members.splice(0, 1);
    server.tell(room.append({ type: "room.user.left", sender: "ann", user_id: "me", by: "ann" }));
    held.forEach((answer) => answer());
    await settle();
    assert.equal(client.rooms.get("b"), undefined);
});

test("a room that one was removed from goes away, live or by sync", async () => {
    const { server, clock, client } = await signedIn((server) => void server.room("b"));
    const leave = (id: string) => {
        const room = server.rooms.get(id)!;
        room.members.splice(0, 1);
        return room.append({ type: "room.user.left", sender: "ann", user_id: "me", by: "ann" });
    };
    server.tell(leave("b"));
    await settle();
    assert.equal(client.rooms.get("b"), undefined);
    server.down = true;
    server.hangUp(1006);
    leave("a");
    server.down = false;
    await clock.advance(1_000);
    assert.deepEqual(client.rooms.all(), []);
});

test("until when oneself is muted follows what one hears", async () => {
    const { server, client } = await signedIn();
    const room = server.rooms.get("a")!;
    const tell = (event: Parameters<typeof room.append>[0]) => server.tell(room.append(event));
    tell({ type: "room.user.muted", sender: "ann", user_id: "ann", by: "ann", seconds: 60 });
    await settle();
    assert.equal(client.rooms.get("a")!.muted_until, undefined, "it was somebody else");
    tell({ type: "room.user.muted", sender: "ann", user_id: "me", by: "ann", seconds: 60 });
    await settle();
    assert.ok(client.rooms.get("a")!.muted_until);
    tell({ type: "room.user.unmuted", sender: "ann", user_id: "me", by: "ann" });
    await settle();
    assert.equal(client.rooms.get("a")!.muted_until, undefined);
});

test("a new name and a new owner show in the list", async () => {
    const { server, client } = await signedIn();
    const room = server.rooms.get("a")!;
    server.tell(room.append({ type: "room.updated", sender: "ann", name: "Renamed" }));
    server.tell(room.append({ type: "room.updated", sender: "ann", owner: "me" }));
    await settle();
    const { name, role } = client.rooms.get("a")!;
    assert.deepEqual({ name, role }, { name: "Renamed", role: "owner" });
});
