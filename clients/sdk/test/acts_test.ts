import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient } from "../src/mod.js";
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
