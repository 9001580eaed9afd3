import assert from "node:assert/strict";
import { test } from "node:test";
import { Undo } from "../src/state/undo.js";
import { FakeClient } from "./support/fake_client.js";

function setUp() {
    const fake = new FakeClient();
    return { fake, entries: fake.feedEntries, undo: new Undo(fake.client) };
}

test("for how long sending can be undone is the same on all devices, and of nobody who is not signed in", async () => {
    const { fake, entries, undo } = setUp();
    assert.equal(undo.get(), 0);
    await undo.wish(20);
    assert.deepEqual([undo.get(), entries.get("settings:undo")], [20, { seconds: 20 }]);
    fake.own("settings:undo", { seconds: 5 }); // another device
    assert.equal(undo.get(), 5);
    fake.say("signed_out", "signed_out");
    assert.equal(undo.get(), 0);
    fake.say("opened", undefined);
    assert.equal(undo.get(), 5);
    await undo.wish(0);
    assert.deepEqual([undo.get(), entries.size], [0, 0]);
});

test("whatever another program wrote there, it is a time or none", () => {
    const { fake, undo } = setUp();
    for (const [value, seconds] of [[{}, 0], [{ seconds: "9" }, 0], [{ seconds: -3 }, 0], [{ seconds: 1.5 }, 0], [{ seconds: 9_999 }, 60], [7, 0]] as const) {
        fake.own("settings:undo", value);
        assert.equal(undo.get(), seconds, JSON.stringify(value));
    }
});
