import assert from "node:assert/strict";
import { test } from "node:test";
import { savedOf } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

const places = (all: readonly { room: string; seq: number }[]) => all.map(({ room, seq }) => `${room}.${seq}`);

test("messages are saved, the last one first, let go, and not shown where one has deleted them for oneself", async () => {
    const { server, client } = await signedIn();
    const told: unknown[] = [];
    client.on("own", (key) => told.push(savedOf(key)));
    server.putFeed("saved:a.4", { at: "2001-11-01T00:00:00.000Z" });
    server.putFeed("saved:a.2", { note: "by a program that says no time" });
    await client.saved.save("b", 9);
    assert.deepEqual(places(client.saved.all()), ["b.9", "a.4", "a.2"]);
    assert.equal((server.feed.get("saved:b.9")?.value as { at: string }).at, client.saved.all()[0]?.at);
    assert.deepEqual(told.slice(0, 3), [{ room: "a", seq: 4 }, { room: "a", seq: 2 }, { room: "b", seq: 9 }]);
    await client.hidden.hide("a", 4);
    assert.deepEqual([places(client.saved.all()), client.saved.has("a", 4)], [["b.9", "a.2"], true]);
    await client.saved.letGo("b", 9);
    await client.saved.letGo("b", 10);
    assert.deepEqual([places(client.saved.all()), server.feed.get("saved:b.9")?.value], [["a.2"], null]);
    assert.equal(savedOf("hidden:a.4"), null);
});

test("a feed that is full refuses to save, and then nothing is saved", async () => {
    const { server, client } = await signedIn();
    server.refusals = [{ code: "feed.full", detail: "full" }];
    await assert.rejects(client.saved.save("a", 4), { code: "feed.full" });
    await settle();
    assert.equal(client.saved.has("a", 4), false);
});
