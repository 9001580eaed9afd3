import assert from "node:assert/strict";
import { test } from "node:test";
import { draftPlaceOf, localDraftPlaceOf, placeOf } from "../src/mod.js";
import { signedIn } from "./support/signed_in.js";

const LONG = "x".repeat(9_000);

test("a draft of a room, and of a thread in it, is in the feed, and goes when it has no words", async () => {
    const { server, client } = await signedIn();
    const thread = placeOf("a", 4);
    await client.drafts.set("a", { text: "half a thou", reply_to: 7 });
    await client.drafts.set(thread, { text: "an answer" });
    assert.deepEqual([server.feed.get("draft:a")?.value, server.feed.get("draft:a.4")?.value], [{ text: "half a thou", reply_to: 7 }, { text: "an answer" }]);
    assert.deepEqual(["draft:a.4", "saved:a.4"].map(draftPlaceOf), [thread, null]);
    assert.deepEqual([...client.drafts.all()], [["a", { text: "half a thou", reply_to: 7 }], [thread, { text: "an answer" }]]);
    await client.drafts.set("a", { text: "", reply_to: 7 });
    await client.drafts.delete(thread);
    assert.deepEqual([client.drafts.get("a"), client.drafts.all().size, server.feed.get("draft:a")?.value, server.feed.get("draft:a.4")?.value], [null, 0, null, null]);
});

test("what is as it was is not sent again, and what another program wrote there that is no draft is none", async () => {
    const { server, client } = await signedIn();
    const told = () => server.commands.filter(({ type }) => type.startsWith("feed.")).length;
    await client.drafts.set("a", { text: "once" });
    await client.drafts.set("a", { text: "once" });
    await client.drafts.delete("b");
    assert.equal(told(), 1);
    await client.drafts.set("a", { text: "once", reply_to: 3 });
    assert.equal(told(), 2);
    for (const value of [{ text: 7 }, { text: "" }, {}]) {
        server.putFeed("draft:a", value);
        assert.equal(client.drafts.get("a"), null);
    }
    server.putFeed("draft:a", { text: "x", reply_to: "7" });
    assert.deepEqual(client.drafts.get("a"), { text: "x" });
});

test("a draft that is too long for the feed, or that it refuses, stays on this device until it can be shared", async () => {
    const { server, client } = await signedIn();
    const told: string[] = [];
    client.on("value", (key) => told.push(...[localDraftPlaceOf(key) ?? []].flat()));
    await client.drafts.set("a", { text: "short" });
    await client.drafts.set("a", { text: LONG, reply_to: 7 });
    server.refusals = [{ code: "feed.full", detail: "full" }];
    await client.drafts.set("b", { text: "no room" });
    assert.deepEqual([client.drafts.get("a"), client.drafts.get("b"), told], [{ text: LONG }, { text: "no room" }, ["a", "b"]]);
    assert.deepEqual([server.feed.get("draft:a")?.value, server.feed.has("draft:b")], [null, false]);
    client.drafts.share((place) => place === "b");
    assert.equal(server.feed.has("draft:b"), false, "somebody is writing there");
    server.putFeed("draft:b", { text: "newer", reply_to: 3 });
    client.drafts.share();
    assert.deepEqual(client.drafts.get("b"), { text: "newer\nno room", reply_to: 3 });
    assert.deepEqual(client.values.keys("draft."), ["draft.a"]);
    await client.drafts.set("a", { text: "short again" });
    assert.deepEqual([client.values.keys("draft."), client.drafts.get("a")], [[], { text: "short again" }]);
});

test("a draft that the feed refuses while its words are sent does not come back", async () => {
    const { server, client } = await signedIn();
    server.refusals = [{ code: "feed.full", detail: "full" }];
    const refused = client.drafts.set("a", { text: "sent by now" });
    await Promise.all([refused, client.drafts.delete("a")]);
    assert.deepEqual([client.drafts.get("a"), client.values.keys("draft.")], [null, []]);
});
