import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

/** Signed in, with a message of the room `a` that the server is to send later. */
async function scheduled(): Promise<Setting & { message: { room: string; nonce: string } }> {
    const setting = await signedIn();
    const nonce = await setting.client.scheduled.send("a", "later", { when: 60 });
    return { ...setting, message: { room: "a", nonce } };
}

const texts = ({ client }: Setting) => client.scheduled.all().map(({ text }) => text);

test("a message that waits for its time is taken back, here and on the server", async () => {
    const setting = await scheduled();
    const { server, client, message } = setting;
    assert.deepEqual(texts(setting), ["later"]);
    assert.equal(await client.scheduled.cancel(message), true);
    assert.deepEqual([texts(setting), server.feed.get(`scheduled:a.${message.nonce}`)?.value], [[], null]);
});

test("without a connection a message is not taken back, nor later", async () => {
    const setting = await scheduled();
    const { server, clock, client, message } = setting;
    server.down = true;
    server.hangUp(1006);
    await settle();
    await assert.rejects(client.scheduled.cancel(message), { code: "connection.lost" });
    assert.deepEqual(texts(setting), ["later"]);
    server.down = false;
    await clock.advance(10_000);
    assert.equal(server.commands.filter(({ type }) => type === "feed.delete").length, 0);
    assert.equal(await client.scheduled.cancel(message), true);
});

test("who takes back what went out already is told so", async () => {
    const setting = await scheduled();
    const { server, client, message } = setting;
    server.mute = true;
    server.putFeed(`scheduled:a.${message.nonce}`, null);
    server.mute = false;
    assert.equal(await client.scheduled.cancel(message), false);
    assert.deepEqual(texts(setting), []);
});

test("what is being sent just now is taken back, or was sent, when that is settled", async () => {
    const { server, clock, client, message } = await scheduled();
    server.refusals = [{ code: "feed.sending", detail: "now", retry_after: 1 }];
    const taken = client.scheduled.cancel(message);
    await settle();
    assert.notEqual(server.feed.get(`scheduled:a.${message.nonce}`)?.value, null);
    await clock.advance(1_000);
    assert.equal(await taken, true);
});

test("a message long past its time is not shown to a device that was away when it went", async () => {
    const setting = await scheduled();
    const { server } = setting;
    const month = 31 * 24 * 3600 * 1000;
    server.putFeed("scheduled:a.old", { at: new Date(Date.now() - month).toISOString(), content: { type: "text", text: "old" } });
    await settle();
    assert.deepEqual(texts(setting), ["later"]);
});

test("a message that the server does not have yet is not said to have gone out", async () => {
    const { server, clock, client } = await signedIn();
    server.refusals = [1, 2].map(() => ({ code: "store.unavailable", detail: "later" }));
    const nonce = await client.scheduled.send("a", "later", { when: 60 });
    await assert.rejects(client.scheduled.cancel({ room: "a", nonce }), { code: "connection.lost" });
    await clock.advance(6_000);
    assert.equal(await client.scheduled.cancel({ room: "a", nonce }), true);
});
