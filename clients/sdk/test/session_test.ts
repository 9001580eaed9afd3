import assert from "node:assert/strict";
import { test } from "node:test";
import { NatterClient, type ConnectionState, type SignedOutReason } from "../src/mod.js";
import { ManualClock, settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

test("an access token near its end is refreshed before it is used, once for all who ask", async () => {
    const { server, clock, client } = await signedIn();
    await clock.advance(590_000);
    const before = server.requests.length;
    await Promise.all([client.account.me(), client.account.me(), client.account.me()]);
    const asked = server.requests.slice(before);
    assert.deepEqual(asked, ["POST /auth/refresh", "GET /me", "GET /me", "GET /me"]);
});

test("each refresh spends the token that the last one gave", async () => {
    const { server, clock, client, storage } = await signedIn();
    for (let round = 0; round < 3; round++) {
        await clock.advance(600_000);
        await client.account.me();
        assert.ok(storage.get("session")?.includes(server.refreshToken));
    }
});

test("a token that the server refuses is changed, and the request made again", async () => {
    const { server, client } = await signedIn();
    server.accessToken = "changed-behind-our-back";
    assert.equal((await client.account.me()).id, "me");
});

test("close codes of a server that goes or cannot keep up lead to a new connection", async () => {
    for (const code of [1006, 1009, 1012, 1013, 4002]) {
        const { server, clock, client, heard } = await signedIn();
        server.hangUp(code);
        await settle();
        assert.equal(client.connection, "offline", `after ${code}`);
        await clock.advance(1_000);
        assert.equal(client.connection, "online", `after ${code}`);
        server.write("a", "ann", "still here");
        assert.deepEqual(heard, ["a:still here"]);
    }
});

test("4001 means: refresh, then go on", async () => {
    const { server, clock, client } = await signedIn();
    const token = server.accessToken;
    server.hangUp(4001);
    await clock.advance(1_000);
    assert.equal(client.connection, "online");
    assert.notEqual(server.accessToken, token);
});

test("4003 stops the client and says that it is signed out", async () => {
    const { server, clock, client, storage } = await signedIn();
    const reasons: SignedOutReason[] = [];
    client.on("signed_out", (reason) => reasons.push(reason));
    server.hangUp(4003);
    await clock.advance(120_000);
    assert.deepEqual(reasons, ["session_ended"]);
    assert.equal(client.connection, "stopped");
    assert.equal(client.user, null);
    assert.equal(server.sockets.size, 0);
    assert.deepEqual(storage.keys(), []);
});

test("what is sent while nobody is signed in is refused, and is not sent as the next one's who is", async () => {
    const { server, client } = await signedIn();
    await client.signOut();
    await assert.rejects(client.sendText("a", "whose is it?"), { code: "signed_out" });
    assert.deepEqual(client.outbox.in("a"), []);
    await client.signIn({ login: "mia", password: "correct horse" });
    const early = client.sendText("a", "before the store is open");
    await settle();
    await early;
    const texts = server.commands.filter(({ type }) => type === "message.send").map(({ content }) => (content as { text: string }).text);
    assert.deepEqual(texts, ["before the store is open"]);
});

test("signing out is one's own doing, even where the server is faster to hang up", async () => {
    const { server, client } = await signedIn();
    const reasons: SignedOutReason[] = [];
    client.on("signed_out", (reason) => reasons.push(reason));
    const leaving = client.signOut();
    server.hangUp(4003);
    await leaving;
    assert.deepEqual(reasons, ["signed_out"]);
    assert.equal(server.requests.at(-1), "POST /auth/signout");
});

test("who cannot reach the server stays signed in", async () => {
    const { server, clock, client } = await signedIn();
    server.down = true;
    await assert.rejects(client.signOut());
    assert.equal(client.user?.id, "me");
    server.down = false;
    await clock.advance(1_000);
    assert.equal(client.connection, "online");
});

test("a refresh that the server refuses ends the session; one that it cannot answer does not", async () => {
    const { server, clock, client } = await signedIn();
    server.down = true;
    server.hangUp(1006);
    await clock.advance(700_000);
    assert.notEqual(client.user, null);
    server.signedIn = false;
    server.down = false;
    await clock.advance(60_000);
    assert.equal(client.user, null);
    assert.equal(client.connection, "stopped");
});

test("a session is taken up again, and the connection made when the server is back", async () => {
    const { server, clock, client, storage } = await signedIn();
    client.close();
    server.down = true;
    const next = new NatterClient({ url: "http://fake", webSocket: server.webSocket, fetch: server.fetch, clock, storage });
    const states: ConnectionState[] = [];
    next.on("connection", (state) => states.push(state));
    assert.equal(next.resume(), true);
    assert.equal(next.user?.display_name, "Mia Me");
    await clock.advance(5_000);
    assert.equal(next.connection, "offline");
    server.down = false;
    next.wake();
    await settle();
    assert.equal(next.connection, "online");
    assert.ok(next.rooms.get("a"));
});

test("without a session there is nothing to take up", () => {
    const client = new NatterClient({ url: "http://fake", webSocket: class {} as never, clock: new ManualClock() });
    assert.equal(client.resume(), false);
});

test("a dead connection is noticed by silence", async () => {
    const { server, clock, client } = await signedIn();
    server.mute = true;
    await clock.advance(37_000);
    assert.equal(client.connection, "online");
    await clock.advance(2_000);
    assert.notEqual(client.connection, "online");
});

test("who is suspended while they are there is told why, and until when; it is forgotten with the next sign-in", async () => {
    const { server, clock, client } = await signedIn();
    const reasons: SignedOutReason[] = [];
    client.on("signed_out", (reason) => reasons.push(reason));
    server.suspended = { reason: "shouting", until: "2026-12-01T00:00:00.000Z" };
    server.hangUp(4003);
    await clock.advance(1_000);
    assert.deepEqual([reasons, client.suspension, client.user], [["suspended"], server.suspended, null]);
    server.suspended = null;
    await client.signIn({ login: "mia", password: "correct horse" });
    assert.equal(client.suspension, null);
});

test("who was suspended while they were away is told so by the next run", async () => {
    const { server, clock, client, again } = await signedIn();
    client.close();
    server.suspended = { reason: "shouting" };
    const next = again();
    next.resume();
    await clock.advance(1_000);
    assert.deepEqual([next.suspension, next.user, next.connection], [{ reason: "shouting" }, null, "stopped"]);
});
