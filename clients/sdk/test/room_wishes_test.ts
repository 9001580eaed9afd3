import assert from "node:assert/strict";
import { test } from "node:test";
import { isRoomWish, RoomWishes, type Message } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn } from "./support/signed_in.js";

const message = (mentions: string[] = []) => ({ room: "a", seq: 1, sender: "ann", content: { type: "text", text: "x", mentions } }) as unknown as Message;
const group = { id: "a", kind: "group" } as const;

test("what is wanted for a room stands in the feed, beside what else is there, and reaches the server", async () => {
    const { server, client } = await signedIn();
    server.putFeed("room:a", { favourite: true, muted: true });
    assert.equal(client.roomWishes.level(group), "none");
    await client.roomWishes.setLevel("a", "mentions");
    assert.deepEqual(server.feed.get("room:a")?.value, { favourite: true, muted: true, notifications: "mentions" });
    assert.deepEqual([client.roomWishes.ownLevel("a"), client.roomWishes.level(group)], ["mentions", "none"]);
    await client.roomWishes.setLevel("a", null);
    assert.deepEqual(server.feed.get("room:a")?.value, { favourite: true, muted: true });
});

test("a room is muted, and a favourite, beside what other programs put there; the last word gone, the entry is", async () => {
    const { server, client } = await signedIn();
    const wishes = client.roomWishes;
    server.putFeed("room:b", { colour: "red" });
    await wishes.setMuted("a", true);
    await wishes.setFavourite("a", true);
    await wishes.setFavourite("b", true);
    assert.deepEqual([wishes.isMuted("a"), wishes.isFavourite("a"), wishes.isMuted("b"), wishes.isFavourite("b")], [true, true, false, true]);
    assert.deepEqual([server.feed.get("room:a")?.value, server.feed.get("room:b")?.value], [{ muted: true, favourite: true }, { colour: "red", favourite: true }]);
    assert.deepEqual(wishes.rooms().sort(), ["a", "b"]);
    await wishes.setMuted("a", false);
    await wishes.setFavourite("a", false);
    await wishes.setFavourite("b", false);
    assert.deepEqual([server.feed.get("room:a")?.value, server.feed.get("room:b")?.value], [null, { colour: "red" }]);
    assert.deepEqual(["room:a", "folder:x", "settings:notifications", "settings:undo", "room.read:a"].map(isRoomWish), [true, true, true, false, false]);
});

test("one is told of what the level lets through", async () => {
    const { client } = await signedIn();
    const wishes = client.roomWishes;
    const told = () => [message(), message(["me"]), message(["everyone"])].map((one) => wishes.isLoud(one, group, "me"));
    assert.deepEqual(told(), [true, true, true]);
    await wishes.setStandard("mentions");
    assert.deepEqual(told(), [false, true, true]);
    assert.equal(wishes.isLoud(message(), { id: "d", kind: "direct" }, "me"), true);
    await wishes.setLevel("d", "none");
    assert.equal(wishes.isLoud(message(), { id: "d", kind: "direct" }, "me"), false);
    await wishes.setStandard("none");
    assert.deepEqual(told(), [false, false, false]);
    await wishes.setStandard("all");
    assert.equal(wishes.standard, "all");
});

test("who is here is called while they are there, and not where they are away, busy or gone", async () => {
    const { server, client } = await signedIn();
    await client.roomWishes.setStandard("mentions");
    const told = () => [["here"], ["everyone"], ["me"], ["here", "me"]].map((whom) => client.roomWishes.isLoud(message(whom), group, "me"));
    assert.deepEqual(told(), [true, true, true, true], "as long as nothing else is known");
    for (const presence of ["away", "busy", "offline"]) {
        server.tell({ type: "presence.changed", user_id: "me", presence, choice: "auto" });
        assert.deepEqual(told(), [false, true, true, true], presence);
    }
    await client.roomWishes.setStandard("all");
    assert.equal(client.roomWishes.isLoud(message(["here"]), group, "me"), true, "as any other message");
    await client.roomWishes.setStandard("mentions");
    server.tell({ type: "presence.changed", user_id: "me", presence: "online", choice: "auto" });
    assert.deepEqual(told(), [true, true, true, true]);
});

test("what is put away is quiet until it is taken out again, whatever else is wanted for it", async () => {
    const { server, client } = await signedIn();
    const wishes = client.roomWishes;
    server.putFeed("room:d", { notifications: "all" });
    await wishes.setArchived("d", true);
    assert.deepEqual(server.feed.get("room:d")?.value, { notifications: "all", archived: true });
    assert.deepEqual([wishes.isArchived("d"), wishes.isArchived("a"), wishes.isMuted("d")], [true, false, false]);
    assert.equal(wishes.isLoud(message(["me"]), { id: "d", kind: "direct" }, "me"), false);
    await wishes.setArchived("d", false);
    assert.deepEqual(server.feed.get("room:d")?.value, { notifications: "all" });
    assert.equal(wishes.level({ id: "d", kind: "direct" }), "all");
});

test("folders are made, named anew and taken away, and a room is in one at most", async () => {
    const { server, client } = await signedIn();
    const wishes = client.roomWishes;
    const work = await wishes.makeFolder("Work");
    const home = await wishes.makeFolder("Home");
    assert.match(work, /^[a-z0-9._-]{1,32}$/, "as the server takes names");
    assert.deepEqual(wishes.folders().map(({ title }) => title), ["Work", "Home"]);
    await wishes.putInFolder("a", work);
    await wishes.putInFolder("a", home);
    await wishes.renameFolder(home, "At home");
    assert.deepEqual([wishes.folderOf("a"), wishes.folders()[1]], [home, { id: home, title: "At home" }]);
    await wishes.deleteFolder(home);
    await settle();
    assert.deepEqual([wishes.folderOf("a"), wishes.folders().length, server.feed.get("room:a")?.value ?? null], [null, 1, null]);
    server.putFeed("room:a", { folder: "gone" });
    assert.equal(wishes.folderOf("a"), null, "one that is not there is none");
});

test("what somebody else put there and nobody understands counts as nothing", () => {
    const feed = new Map<string, unknown>([["room:a", { notifications: "loud", folder: 7 }], ["settings:notifications", {}], ["folder:x", {}]]);
    const all = (family: string) => [...feed].filter(([key]) => key.startsWith(`${family}:`));
    const wishes = new RoomWishes({ get: (key: string) => feed.get(key) ?? null, all } as never);
    assert.deepEqual([wishes.standard, wishes.ownLevel("a"), wishes.level(group), wishes.folderOf("a"), wishes.folders()], ["all", null, "all", null, []]);
});
