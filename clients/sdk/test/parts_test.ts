import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.js";
import { memoryStorage, uuid7, webStorage } from "../src/mod.js";
import { Socket, type SocketConstructor } from "../src/socket.js";
import { ManualClock, settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

test("backoff grows, never past its bounds, and starts over after a success", () => {
    const clock = new ManualClock();
    for (const luck of [0, 0.5, 0.999]) {
        clock.luck = luck;
        const backoff = new Backoff(clock);
        const waits = Array.from({ length: 12 }, () => backoff.next());
        for (const [index, ms] of waits.entries()) {
            const ceiling = Math.min(30_000, 500 * 2 ** index);
            assert.ok(ms >= ceiling / 2 && ms <= ceiling, `${ms} at ${index}`);
        }
        backoff.reset();
        assert.ok(backoff.next() <= 500);
    }
});

test("uuid7 has its form and sorts in the order made", () => {
    const ids = Array.from({ length: 10_000 }, () => uuid7());
    for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
});

test("a browser store that is full or forbidden is no error", () => {
    const forbidden = () => {
        throw new Error("forbidden");
    };
    const storage = webStorage({ length: 1, key: forbidden, getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    storage.set("a", "b");
    assert.equal(storage.get("a"), null);
    assert.deepEqual(storage.keys(), []);
});

test("memory storage gives back what it was given", () => {
    const storage = memoryStorage();
    storage.set("a", "b");
    assert.deepEqual([storage.get("a"), storage.keys()], ["b", ["a"]]);
    storage.remove("a");
    assert.equal(storage.get("a"), null);
});

test("since when one is where newcomers are held to less is asked behind an answer that is on its way", async () => {
    const { server, client } = await signedIn();
    const asked = () => server.requests.filter((request) => request === "GET /rooms/a").length;
    const before = asked();
    void client.rooms.load("a"); // made before the event
    server.tell(server.rooms.get("a")!.append({ type: "room.updated", sender: "ann", newcomers: { seconds: 3600, bars: ["links"] } } as never));
    await settle();
    assert.equal(asked() - before, 2);
});

test("unread counts others' messages past the marker; sending and reading move it", async () => {
    const { server, client } = await signedIn();
    const unread = () => client.rooms.get("a")?.unread;
    server.write("a", "ann", "one");
    server.write("a", "bob", "two");
    assert.equal(unread(), 2);
    client.markRead("a", client.rooms.get("a")!.last_seq);
    assert.equal(unread(), 0);
    await settle();
    assert.equal(server.rooms.get("a")!.readSeq.get("me"), 6);
    server.write("a", "ann", "three");
    assert.equal(unread(), 1);
    await client.sendText("a", "mine");
    assert.equal(unread(), 0);
});

test("a marker set on another device moves here too", async () => {
    const { server, client } = await signedIn();
    const { seq, count } = server.write("a", "ann", "one");
    assert.equal(client.rooms.get("a")?.unread, 1);
    server.tell({ type: "room.read", room: "a", user_id: "me", read_seq: seq, read_count: count });
    assert.equal(client.rooms.get("a")?.unread, 0);
});

test("typing shows for a while, and ends with the message", async () => {
    const { server, clock, client } = await signedIn();
    server.tell({ type: "room.typing", room: "a", user_id: "ann" });
    server.tell({ type: "room.typing", room: "a", user_id: "bob" });
    assert.deepEqual(client.typing.in("a"), ["ann", "bob"]);
    server.write("a", "ann", "done");
    assert.deepEqual(client.typing.in("a"), ["bob"]);
    await clock.advance(6_000);
    assert.deepEqual(client.typing.in("a"), []);
});

test("one's own typing is told at most every three seconds", async () => {
    const { server, clock, client } = await signedIn();
    for (let key = 0; key < 10; key++) {
        client.typing.tap("a");
        await clock.advance(500);
    }
    assert.equal(server.commands.filter((command) => command.type === "room.typing").length, 2);
});

test("who types in a thread types there alone, and is done with their answer", async () => {
    const { server, clock, client } = await signedIn();
    const root = server.write("a", "ann", "root").seq;
    server.tell({ type: "room.typing", room: "a", user_id: "ann", thread: root });
    server.tell({ type: "room.typing", room: "a", user_id: "bob" });
    assert.deepEqual([client.typing.in("a"), client.typing.in("a", root)], [["bob"], ["ann"]]);
    server.write("a", "ann", "said in the room");
    assert.deepEqual(client.typing.in("a", root), ["ann"]);
    await clock.advance(6_000);
    assert.deepEqual([client.typing.in("a"), client.typing.in("a", root)], [[], []]);
    client.typing.tap("a", root);
    client.typing.tap("a");
    client.typing.tap("a", root);
    await settle();
    assert.deepEqual(server.commands.filter(({ type }) => type === "room.typing").map(({ thread }) => thread), [root, undefined]);
});

test("people are asked for in one batch", async () => {
    const { server, clock, client } = await signedIn((server) => void server.room("b", "cat", "dan"));
    for (const id of ["ann", "bob", "cat", "dan", "ghost"]) assert.equal(client.people.get(id), undefined);
    await clock.advance(50);
    assert.equal(client.people.get("cat")?.display_name, "cat");
    assert.equal(client.people.get("ghost")?.deleted, true);
    assert.equal(server.requests.filter((request) => request === "GET /users").length, 1);
});

test("what one chose to show is asked for, and told as one's own presence", async () => {
    const { client } = await signedIn();
    const told: string[] = [];
    client.on("presence", (user) => told.push(user));
    assert.deepEqual(await client.presence.own(), { user_id: "me", presence: "busy", choice: "busy" });
    assert.deepEqual([client.presence.get("me")?.choice, told], ["busy", ["me"]]);
});

/** Ann's status is over in a second, by a server whose clock may be another than the device's. */
async function atLunch(ahead = 0) {
    const setting = await signedIn();
    const { server, clock, client } = setting;
    server.time = () => clock.now() + ahead;
    server.hangUp(1006);
    await clock.advance(60_000);
    const told: (string | undefined)[] = [];
    client.on("presence", (user) => told.push(client.presence.get(user)?.text));
    const says = (text: string, ms: number) => server.tell({ type: "presence.changed", user_id: "ann", presence: "online", text, until: new Date(clock.now() + ahead + ms).toISOString() });
    says("at lunch", 1_000);
    return { ...setting, told, says };
}

test("a status ends by itself, which is told, and what is known is the same object at each look", async () => {
    const { clock, client, told } = await atLunch();
    assert.equal(client.presence.get("ann")?.text, "at lunch");
    await clock.advance(1_001);
    assert.deepEqual(told, ["at lunch", undefined]);
    assert.equal(client.presence.get("ann"), client.presence.get("ann"));
});

test("a status ends by the server's clock", async () => {
    for (const ahead of [3_600_000, -3_600_000]) {
        const { clock, told } = await atLunch(ahead);
        await clock.advance(900);
        assert.deepEqual(told, ["at lunch"]);
        await clock.advance(101);
        assert.deepEqual(told, ["at lunch", undefined]);
    }
});

test("a status that was changed ends when the new one does, after a month too, and not after the client is closed", async () => {
    const { clock, client, told, says } = await atLunch();
    says("away", 40 * 86_400_000);
    await clock.advance(39 * 86_400_000);
    assert.deepEqual(told, ["at lunch", "away"]);
    await clock.advance(86_400_000);
    assert.deepEqual(told, ["at lunch", "away", undefined]);
    says("back soon", 1_000);
    client.close();
    await clock.advance(2_000);
    assert.deepEqual(told, ["at lunch", "away", undefined, "back soon"]);
});

test("nothing is sent over a socket that is closing: it counts as lost, and ends though the other end says nothing", async () => {
    const sent: string[] = [];
    const clock = new ManualClock();
    let state = 1;
    const dial = class {
        onopen: unknown;
        onmessage: unknown;
        onclose: unknown;
        onerror: unknown;
        get readyState(): number {
            return state;
        }
        send(text: string): void {
            sent.push(text);
        }
        close(): void {}
    } as unknown as SocketConstructor;
    const socket = new Socket(dial, "ws://here", clock, () => {});
    socket.call("ping", {}, 60_000).catch(() => {});
    state = 2;
    await assert.rejects(socket.call("ping"), { code: "connection.lost" });
    assert.equal(sent.length, 1);
    await clock.advance(31_000); // the good-bye never comes
    assert.equal(await Promise.race([socket.closed, "still waiting"]), 1006);
});
