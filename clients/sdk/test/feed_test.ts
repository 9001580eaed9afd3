import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeServer } from "./support/fake_server.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

const KEY = "room:a";

test("what another device puts stands here too, live and after having been away", async () => {
    const { server, clock, client } = await signedIn();
    const changed: string[] = [];
    client.on("own", (key) => changed.push(key));
    server.putFeed(KEY, { muted: true });
    await settle();
    assert.deepEqual(client.feed.get(KEY), { muted: true });
    server.down = true;
    server.hangUp(1006);
    await settle();
    server.putFeed(KEY, null);
    server.putFeed("saved:a.4", { at: "now" });
    server.down = false;
    await clock.advance(3_000);
    assert.equal(client.feed.get(KEY), null);
    assert.deepEqual(client.feed.all("saved"), [["saved:a.4", { at: "now" }]]);
    assert.deepEqual(changed, [KEY, KEY, "saved:a.4"]);
});

test("what is put without a connection stands at once, outlives the program, and is sent when there is one", async () => {
    const setting = await signedIn();
    const { server, clock, client } = setting;
    server.putFeed(KEY, { favourite: true });
    await clock.advance(1_000);
    server.down = true;
    server.hangUp(1006);
    await settle();
    await client.feed.put(KEY, { muted: true });
    await client.feed.put("draft:a", { text: "half" });
    assert.deepEqual(client.feed.get(KEY), { muted: true });
    client.close();
    const next = setting.again();
    next.resume();
    await clock.advance(0);
    assert.deepEqual(next.feed.get(KEY), { muted: true });
    assert.deepEqual(next.feed.all("draft"), [["draft:a", { text: "half" }]]);
    server.down = false;
    await clock.advance(3_000);
    assert.deepEqual(server.feed.get(KEY)?.value, { muted: true });
    assert.deepEqual(server.feed.get("draft:a")?.value, { text: "half" });
    assert.deepEqual(next.values.keys("feed."), []);
});

test("what earlier runs knew of the feed is there before any network", async () => {
    const setting = await signedIn();
    setting.server.putFeed(KEY, { muted: true });
    await setting.clock.advance(1_000);
    setting.client.close();
    setting.server.down = true;
    const next = setting.again();
    next.resume();
    await setting.clock.advance(0);
    assert.deepEqual(next.feed.get(KEY), { muted: true });
});

test("while one value is on its way the next one waits, and the last one stands", async () => {
    const { server, client } = await signedIn();
    const first = client.feed.put(KEY, { n: 1 });
    void client.feed.put(KEY, { n: 2 });
    void client.feed.put(KEY, { n: 3 });
    await first;
    await settle();
    assert.deepEqual(server.feed.get(KEY)?.value, { n: 3 });
    const sent = server.commands.flatMap(({ type, value }) => (type === "feed.put" ? [value] : []));
    assert.deepEqual(sent, [{ n: 1 }, { n: 3 }]);
});

test("what the server refuses stands no more; what it cannot take just now is sent again", async () => {
    const { server, clock, client } = await signedIn();
    server.refusals = [{ code: "feed.full", detail: "full" }, { code: "store.unavailable", detail: "later" }];
    await assert.rejects(client.feed.put("saved:a.4", {}), /full/);
    assert.equal(client.feed.get("saved:a.4"), null);
    await client.feed.put("saved:a.5", {});
    assert.deepEqual(client.feed.get("saved:a.5"), {});
    assert.equal(server.feed.size, 0);
    await clock.advance(6_000);
    assert.ok(server.feed.has("saved:a.5"));
});

test("of two devices the one that was heard last stands, on both", async () => {
    const { server, client } = await signedIn();
    await client.feed.put(KEY, { n: 1 });
    server.putFeed(KEY, { n: 2 });
    await settle();
    assert.deepEqual(client.feed.get(KEY), { n: 2 });
    await client.feed.delete(KEY);
    assert.equal(server.feed.get(KEY)?.value, null);
    assert.deepEqual(client.feed.all("room"), []);
});

/** Another device has put something, and word of it is not here yet. */
function putUnheard(server: FakeServer, key: string, value: unknown): void {
    server.mute = true;
    server.putFeed(key, value);
    server.mute = false;
}

test("two devices change two members of one entry at once, and both stand", async () => {
    const { server, client } = await signedIn();
    await client.feed.put(KEY, { archived: true });
    putUnheard(server, KEY, { archived: true, muted: true });
    await client.feed.change(KEY, { favourite: true });
    assert.deepEqual(server.feed.get(KEY)?.value, { archived: true, muted: true, favourite: true });
    assert.deepEqual(client.feed.get(KEY), { archived: true, muted: true, favourite: true });
    putUnheard(server, KEY, { archived: true, favourite: true });
    await client.feed.change(KEY, { archived: null });
    assert.deepEqual(server.feed.get(KEY)?.value, { favourite: true });
    await client.feed.change(KEY, { favourite: null });
    assert.equal(server.feed.get(KEY)?.value, null);
    assert.equal(client.feed.get(KEY), null);
});

test("what has reached the server is not put again with what was changed while it was on its way", async () => {
    const { server, client } = await signedIn();
    let heard = false;
    client.on("feed", () => {
        if (heard) return;
        heard = true;
        server.putFeed(KEY, null); // another device takes it back as soon as it is told
    });
    const muted = client.feed.change(KEY, { muted: true });
    await Promise.all([muted, client.feed.change(KEY, { favourite: true })]);
    assert.deepEqual(server.feed.get(KEY)?.value, { favourite: true });
    assert.deepEqual(client.feed.get(KEY), { favourite: true });
});

test("a change that is made without a connection goes into what stands by then", async () => {
    const { server, clock, client } = await signedIn();
    server.putFeed(KEY, { favourite: true });
    await settle();
    server.down = true;
    server.hangUp(1006);
    await settle();
    await client.feed.change(KEY, { muted: true });
    await client.feed.change(KEY, { hidden: true });
    assert.deepEqual(client.feed.get(KEY), { favourite: true, muted: true, hidden: true });
    server.putFeed(KEY, { archived: true });
    server.down = false;
    await clock.advance(3_000);
    assert.deepEqual(server.feed.get(KEY)?.value, { archived: true, muted: true, hidden: true });
    assert.deepEqual(client.values.keys("feed."), []);
});

test("a change goes into what another device has taken away as into nothing", async () => {
    const { server, client } = await signedIn();
    await client.feed.put(KEY, { favourite: true });
    putUnheard(server, KEY, null);
    await client.feed.change(KEY, { muted: true });
    assert.deepEqual(server.feed.get(KEY)?.value, { muted: true });
    assert.deepEqual(client.feed.get(KEY), { muted: true });
    putUnheard(server, KEY, null);
    await client.feed.change(KEY, { muted: null });
    assert.equal(client.feed.get(KEY), null);
});

test("a change waits for a value that is on its way, and goes into it", async () => {
    const { server, client } = await signedIn();
    const put = client.feed.put(KEY, { n: 1 });
    void client.feed.change(KEY, { m: 2 });
    assert.deepEqual(client.feed.get(KEY), { n: 1, m: 2 });
    await put;
    await settle();
    assert.deepEqual(server.feed.get(KEY)?.value, { n: 1, m: 2 });
});

test("where others come first again and again a change waits, and is not lost", async () => {
    const { server, clock, client } = await signedIn();
    server.refusals = Array.from({ length: 5 }, () => ({ code: "feed.changed", detail: "changed" }));
    await client.feed.change(KEY, { muted: true });
    assert.deepEqual([client.feed.get(KEY), server.feed.has(KEY)], [{ muted: true }, false]);
    await clock.advance(6_000);
    assert.deepEqual(server.feed.get(KEY)?.value, { muted: true });
});

test("what was put while the server refused what was put before it is sent all the same, and only the other is refused", async () => {
    const { server, client } = await signedIn();
    server.refusals = [{ code: "field.invalid", detail: "no" }];
    const [one, other] = await Promise.allSettled([client.feed.put(KEY, { n: 1 }), client.feed.put(KEY, { n: 2 })]);
    assert.deepEqual([one.status, other.status], ["rejected", "fulfilled"]);
    assert.deepEqual([server.feed.get(KEY)?.value, client.feed.get(KEY)], [{ n: 2 }, { n: 2 }]);
});
