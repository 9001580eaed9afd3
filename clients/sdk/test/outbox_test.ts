import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterError } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

test("a message is pending, then sent, then gone from the outbox when its event came", async () => {
    const { client } = await signedIn();
    const states: string[] = [];
    client.on("outbox", (room) => states.push(client.outbox.in(room).map((entry) => entry.state).join() || "gone"));
    const sent = await client.sendText("a", "hello");
    assert.equal(sent.message_id, `a.${sent.seq}`);
    await settle();
    assert.deepEqual(states.at(0), "pending");
    assert.deepEqual(client.outbox.in("a"), []);
});

test("a send cut off in the middle goes again by the same nonce and makes one message", async () => {
    const { server, clock, client, heard } = await signedIn();
    server.mute = true;
    const sent = client.sendText("a", "once");
    await settle();
    server.mute = false;
    server.hangUp(1006);
    await clock.advance(1_000);
    await sent;
    const sends = server.commands.filter((command) => command.type === "message.send");
    assert.equal(new Set(sends.map((command) => command.nonce)).size, 1);
    assert.deepEqual(heard, ["a:once"]);
    assert.deepEqual(client.outbox.in("a"), []);
});

test("messages written offline go out in the order written", async () => {
    const { server, clock, client, heard } = await signedIn();
    server.down = true;
    server.hangUp(1006);
    await settle();
    for (const text of ["one", "two", "three"]) void client.sendText("a", text);
    assert.deepEqual(client.outbox.in("a").map((entry) => entry.state), ["pending", "pending", "pending"]);
    server.down = false;
    await clock.advance(5_000);
    assert.deepEqual(heard, ["a:one", "a:two", "a:three"]);
});

test("a server that is busy is asked again after the time it names, and order is kept", async () => {
    const { server, clock, client, heard } = await signedIn();
    server.refusals = [{ code: "rate.limited", detail: "slow down", retry_after: 7 }];
    void client.sendText("a", "one");
    void client.sendText("a", "two");
    await clock.advance(6_900);
    assert.deepEqual(heard, []);
    await clock.advance(200);
    assert.deepEqual(heard, ["a:one", "a:two"]);
});

test("a refusal for good marks the message failed and lets the next one through", async () => {
    const { server, client, heard } = await signedIn();
    server.refusals = [{ code: "field.invalid", detail: "too long" }];
    const refused = client.sendText("a", "bad");
    await assert.rejects(refused, (error: NatterError) => error.code === "field.invalid");
    await client.sendText("a", "good");
    const [failed] = client.outbox.in("a");
    assert.equal(failed?.state, "failed");
    client.outbox.retry(failed!.nonce);
    await settle();
    assert.deepEqual(heard, ["a:good", "a:bad"]);
});

test("an answer goes out with what it answers, and without it once that is deleted", async () => {
    const { server, client } = await signedIn();
    await client.sendText("a", "yes", 4);
    server.refusals = [{ code: "message.deleted", detail: "gone" }];
    await assert.rejects(client.sendText("a", "why?", 5));
    client.outbox.retry(client.outbox.in("a")[0]!.nonce);
    await settle();
    const sends = server.commands.filter(({ type }) => type === "message.send");
    assert.deepEqual(sends.map(({ reply_to }) => reply_to), [4, 5, undefined]);
});

test("a message too large for a frame fails here, for the server would only hang up", async () => {
    const { server, client } = await signedIn();
    await assert.rejects(client.sendText("a", "x".repeat(70_000)), /too long/);
    assert.equal(server.sockets.size, 1);
});

test("what was unsent when the program ended is sent by the next one", async () => {
    // Of all the store only this lasts where a program passes no store of its own.
    const { server, clock, client, storage, again } = await signedIn(() => {}, { store: undefined! });
    server.down = true;
    server.hangUp(1006);
    await settle();
    void client.sendText("a", "kept");
    client.close();
    const next = again();
    assert.equal(next.resume(), true);
    await settle();
    assert.equal(next.outbox.in("a")[0]?.content.text, "kept");
    server.down = false;
    await clock.advance(5_000);
    assert.equal(server.rooms.get("a")!.messages()[0]?.content.text, "kept");
    assert.deepEqual(storage.keys().filter((key) => key.startsWith("outbox.")), []);
});
