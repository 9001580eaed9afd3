import assert from "node:assert/strict";
import { test } from "node:test";
import type { Presence } from "@natternet/sdk";
import { Activity } from "../src/state/activity.js";
import { PresenceState } from "../src/state/presence.js";
import { FakeClient, settle } from "./support/fake_client.js";

function setUp() {
    const fake = new FakeClient();
    const known = new Map<string, Presence>();
    const asked: string[][] = [];
    const presence = { get: (id: string) => known.get(id), watch: (ids: string[]) => void asked.push(ids), own: async () => known.get("me")!, set: async (wish: object) => ({ user_id: "me", presence: "busy" as const, ...wish }) };
    Object.assign(fake, { presence, connection: "online" });
    const state = new PresenceState(fake.client);
    const tell = (one: Presence) => (known.set(one.user_id, one), fake.say("presence", one.user_id));
    return { fake, state, asked, tell };
}

test("people on the screen are asked for together, each once, and no more when they are gone", async () => {
    const { state, asked } = setUp();
    const ends = ["ann", "bob", "ann"].map((id) => state.watch(id, () => {}));
    await settle();
    assert.deepEqual(asked, [["me", "ann", "bob"]]);
    ends[0]!();
    await settle();
    assert.equal(asked.length, 1, "she is there twice");
    ends[2]!();
    await settle();
    assert.deepEqual(asked.at(-1), ["me", "bob"]);
});

test("whoever signs in watches themselves, whoever else is on the screen", async () => {
    const { fake, asked } = setUp();
    fake.say("signed_in", fake.user);
    await settle();
    assert.deepEqual(asked, [["me"]]);
});

test("who watches somebody is told of their changes, and without a connection that nothing is known", () => {
    const { fake, state, tell } = setUp();
    let told = 0;
    state.watch("ann", () => told++);
    tell({ user_id: "ann", presence: "online" });
    tell({ user_id: "bob", presence: "online" });
    assert.deepEqual([told, state.of("ann")?.presence], [1, "online"]);
    Object.assign(fake, { connection: "offline" });
    fake.say("connection", "stopped");
    assert.deepEqual([told, state.of("ann")], [2, undefined]);
});

test("what one chose is asked for, set, and taken from another device", async () => {
    const { state, tell } = setUp();
    tell({ user_id: "me", presence: "online" });
    assert.equal(state.mine.get(), null, "as others see one it says nothing of what one chose");
    await state.choose({ choice: "busy", text: "Deep work" });
    assert.equal(state.mine.get()?.text, "Deep work");
    tell({ user_id: "me", presence: "online", choice: "auto" });
    assert.equal(state.mine.get()?.choice, "auto");
});

test("nobody at any tab for five minutes is away, and back at the first sign", () => {
    const kept = new Map<string, string>();
    const keeper = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    const said: boolean[] = [];
    const [one, other] = [new Activity(keeper, (away) => said.push(away), 0), new Activity(keeper, () => {}, 0)];
    one.look(299_000);
    other.touched(290_000);
    one.look(310_000);
    assert.deepEqual(said.splice(0), [false, false]);
    one.look(590_000);
    assert.deepEqual(said.splice(0), [true]);
    one.touched(600_000);
    one.touched(600_500);
    assert.deepEqual(said, [false]);
});
