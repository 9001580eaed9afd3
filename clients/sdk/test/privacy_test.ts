import assert from "node:assert/strict";
import { test } from "node:test";
import { isUndo, PRIVACY_WISHES, privacyWishOf } from "../src/mod.js";
import { signedIn } from "./support/signed_in.js";

test("what one wants kept from others stands in the feed, for the server to heed", async () => {
    const { server, client } = await signedIn();
    for (const wish of PRIVACY_WISHES) {
        await client.privacy.set(wish, true);
        assert.deepEqual([server.feed.get(`settings:${wish}`)?.value, client.privacy.has(wish), privacyWishOf(`settings:${wish}`)], [{}, true, wish]);
    }
    server.putFeed("settings:unlisted", null);
    await client.privacy.set("contacts-only", false);
    assert.deepEqual([...client.privacy.all()], ["no-receipts", "no-last-seen"]);
    assert.deepEqual(["settings:look", "unlisted"].map(privacyWishOf), [null, null]);
});

test("for how long sending can be undone is a time or none, whatever another program wrote there", async () => {
    const { server, client } = await signedIn();
    assert.equal(client.undo.seconds, 0);
    await client.undo.set(20);
    assert.deepEqual([client.undo.seconds, server.feed.get("settings:undo")?.value], [20, { seconds: 20 }]);
    await client.undo.set(2.5);
    assert.equal(client.undo.seconds, 3);
    for (const [value, seconds] of [[{}, 0], [{ seconds: "9" }, 0], [{ seconds: -3 }, 0], [{ seconds: 1.5 }, 0], [{ seconds: 9_999 }, 60], [{ seconds: 5 }, 5]] as const) {
        server.putFeed("settings:undo", value);
        assert.equal(client.undo.seconds, seconds, JSON.stringify(value));
    }
    await client.undo.set(0);
    assert.deepEqual([client.undo.seconds, server.feed.get("settings:undo")?.value], [0, null]);
    assert.deepEqual(["settings:undo", "settings:unlisted"].map(isUndo), [true, false]);
});
