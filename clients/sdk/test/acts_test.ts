import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient } from "../src/mod.js";
import { FakeBrowser } from "./support/fake_tabs.js";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

/** Signed in, with a message of oneself at seq 5, and then without a connection. */
async function offline(options: Parameters<typeof signedIn>[1] = {}): Promise<Setting & { seq: number; back(): Promise<void> }> {
    const setting = await signedIn(() => {}, options);
    const { server, clock } = setting;
    const { seq } = server.write("a", "me", "first words");
    await settle();
    server.down = true;
    server.hangUp(1006);
    await settle();
    const back = async () => {
        server.down = false;
        await clock.advance(5_000);
    };
    return { ...setting, seq, back };
}

const sent = ({ server }: Setting) => server.commands.flatMap(({ type, emoji }) => (/^message\.(edit|delete|react|unreact)$/.test(type) ? [emoji ? `${type} ${emoji}` : type] : []));
const waiting = (client: NatterClient) => client.acts.in("a").map((act) => act.do);

test("what is done without a connection stands at once, and is sent in its order when there is one", async () => {
    const setting = await offline();
    const { client, seq, back } = setting;
    await client.acts.put("a", seq, { do: "react", emoji: "👍" });
    await client.acts.put("a", seq, { do: "edit", content: { type: "text", text: "second words" } });
    assert.deepEqual(waiting(client), ["react", "edit"]);
    await back();
    assert.deepEqual(sent(setting), ["message.react 👍", "message.edit"]);
    assert.deepEqual(waiting(client), [], "their events have come");
});

test("only what counts is sent: the last edit, no emoji that was taken off again, nothing before a deletion", async () => {
    const setting = await offline();
    const { client, seq, back } = setting;
    const { acts } = client;
    await acts.put("a", seq, { do: "react", emoji: "👍" });
    await acts.put("a", seq, { do: "unreact", emoji: "👍" });
    await acts.put("a", seq, { do: "react", emoji: "🎉" });
    for (const text of ["one", "two"]) await acts.put("a", seq, { do: "edit", content: { type: "text", text } });
    assert.deepEqual(waiting(client), ["react", "edit"]);
    await acts.put("a", seq, { do: "delete" });
    assert.deepEqual(waiting(client), ["delete"]);
    await back();
    assert.deepEqual(sent(setting), ["message.delete"]);
});

test("what waited when the program ended is done by the next one, once, though the answer was lost", async () => {
    const setting = await offline();
    const { server, client, clock, seq, again, back } = setting;
    await client.acts.put("a", seq, { do: "react", emoji: "👍" });
    client.close();
    const next = again();
    assert.equal(next.resume(), true);
    await settle();
    assert.deepEqual(waiting(next), ["react"]);
    server.mute = true;
    await back();
    server.hangUp(1006);
    server.mute = false;
    await clock.advance(10_000);
    assert.ok(sent(setting).length >= 1);
    assert.equal(server.rooms.get("a")!.log.filter(({ type }) => type === "reaction.added").length, 1);
    assert.deepEqual(waiting(next), []);
});

test("who does it hears that it is refused; of what had waited the program is told", async () => {
    const { server, client, clock, seq } = await signedIn().then((setting) => ({ ...setting, seq: setting.server.write("a", "ann", "hello").seq }));
    await settle();
    const told: string[] = [];
    client.on("act_refused", ({ act, error }) => told.push(`${act.do} ${error.code}`));
    server.refusals.push({ code: "reaction.too_many", detail: "no" });
    await assert.rejects(client.acts.put("a", seq, { do: "react", emoji: "👍" }), { code: "reaction.too_many" });
    assert.deepEqual([waiting(client), told], [[], []]);
    server.down = true;
    server.hangUp(1006);
    await settle();
    await client.acts.put("a", seq, { do: "react", emoji: "👍" });
    server.refusals.push({ code: "message.deleted", detail: "gone" });
    server.down = false;
    await clock.advance(5_000);
    assert.deepEqual([waiting(client), told], [[], ["react message.deleted"]]);
});

/** Signed in; an emoji was put on the message at `seq`, and the server has it, but its answer is lost. */
async function unanswered(options: Parameters<typeof signedIn>[1] = {}): Promise<Setting & { seq: number }> {
    const setting = await signedIn(() => {}, options);
    const { seq } = setting.server.write("a", "ann", "hello");
    await settle();
    setting.server.mute = true;
    void setting.client.acts.put("a", seq, { do: "react", emoji: "👍" });
    await settle();
    return { ...setting, seq };
}

const happened = ({ server }: Setting) => server.rooms.get("a")!.log.map(({ type }) => type).filter((type) => type.startsWith("reaction."));

test("what was being sent when somebody else signed in is not sent for them", async () => {
    const setting = await unanswered();
    const { server, client, clock } = setting;
    server.mute = false;
    await client.signIn({ login: "other", password: "correct horse" });
    await clock.advance(10_000);
    assert.deepEqual([waiting(client), client.values.keys()], [[], []]);
    assert.equal(sent(setting).length, 1);
});

test("who takes an emoji off again that is on its way sends that too, from another tab and after a reload", async () => {
    for (const from of ["another tab", "the next run"]) {
        const browser = new FakeBrowser();
        const setting = await unanswered({ tabs: browser.tab() });
        const { server, client, clock, seq } = setting;
        if (from === "the next run") {
            server.down = true;
            client.close();
        }
        const other = setting.again({ tabs: browser.tab() });
        assert.equal(other.resume(), true);
        await settle();
        void other.acts.put("a", seq, { do: "unreact", emoji: "👍" });
        await settle();
        server.mute = server.down = false;
        server.hangUp(1006);
        await clock.advance(10_000);
        assert.deepEqual(happened(setting), ["reaction.added", "reaction.removed"], from);
        assert.deepEqual(waiting(other), [], from);
    }
});

test("what the server fails at again and again is given up, and what is behind it goes out", async () => {
    const setting = await signedIn();
    const { server, client, clock } = setting;
    const { seq } = server.write("a", "ann", "hello");
    await settle();
    const told: string[] = [];
    client.on("act_refused", ({ act, error }) => told.push(`${act.do} ${error.code}`));
    server.refusals = Array.from({ length: 5 }, () => ({ code: "server.internal", detail: "no" }));
    await client.acts.put("a", seq, { do: "react", emoji: "👍" });
    void client.acts.put("a", seq, { do: "react", emoji: "🎉" });
    await clock.advance(60_000);
    assert.deepEqual([waiting(client), told], [[], ["react server.internal"]]);
    assert.deepEqual(sent(setting), [...Array.from({ length: 5 }, () => "message.react 👍"), "message.react 🎉"]);
});
