import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../src/state/drafts.js";
import { Preferences } from "../src/state/preferences.js";
import { RoomListState } from "../src/state/room_list.js";
import { NO_MARKS, RoomMarks, levelIn } from "../src/state/room_marks.js";
import { Saved } from "../src/state/saved.js";
import { FakeClient, settle, view } from "./support/fake_client.js";

function said(text: string, replyTo: number | null = null) {
    return { text, replyTo };
}

test("a draft is part of its room, comes to the feed, and goes when it is emptied", async () => {
    const fake = new FakeClient();
    const list = new RoomListState(fake.client);
    const drafts = new Drafts(fake.client);
    fake.views = [view("a")];
    fake.say("synced", undefined);
    drafts.set("a", said("half a thou", 7));
    assert.deepEqual(drafts.get("a"), said("half a thou", 7));
    assert.equal(fake.feedEntries.size, 0, "not with every key");
    drafts.keep();
    await settle();
    assert.deepEqual(fake.feedEntries.get("draft:a"), { text: "half a thou", reply_to: 7 });
    assert.equal(list.room("a")?.draft, "half a thou");
    assert.deepEqual(new Drafts(fake.client).get("a"), said("half a thou", 7));
    drafts.set("a", said(""));
    await settle();
    assert.equal(list.room("a")?.draft, undefined);
    assert.equal(fake.feedEntries.size, 0);
});

test("what another device writes on is shown, but not over what is being typed here", () => {
    const fake = new FakeClient();
    const drafts = new Drafts(fake.client);
    let told = 0;
    drafts.watch("a", () => told++);
    fake.own("draft:a", { text: "from the phone" });
    assert.deepEqual([drafts.get("a").text, told], ["from the phone", 1]);
    drafts.set("a", said("typed here"));
    fake.own("draft:a", { text: "from the phone, on" });
    assert.equal(drafts.get("a").text, "typed here");
    drafts.keep();
    assert.deepEqual(fake.feedEntries.get("draft:a"), { text: "typed here" });
});

test("a message that is answered is remembered without words too, until it is let go", () => {
    const fake = new FakeClient();
    const drafts = new Drafts(fake.client);
    drafts.set("a", said("", 5));
    assert.deepEqual(drafts.get("a"), said("", 5));
    assert.equal(fake.feedEntries.size, 0);
    drafts.set("a", said(""));
    assert.deepEqual(drafts.get("a"), said(""));
});

test("what is taken back stands behind what is begun, and answers what it did where nothing is", () => {
    const drafts = new Drafts(new FakeClient().client);
    drafts.add("a", said("tomorrow, then", 7));
    assert.deepEqual(drafts.get("a"), said("tomorrow, then", 7));
    drafts.add("a", said("and bring the tent", 8));
    assert.deepEqual(drafts.get("a"), said("tomorrow, then\nand bring the tent", 7));
});

test("a draft too long for the feed, or one that it refuses, stays on this device", async () => {
    const fake = new FakeClient();
    const drafts = new Drafts(fake.client);
    const long = "x".repeat(9_000);
    drafts.set("a", said(long));
    drafts.keep();
    fake.refusal = "feed.full";
    drafts.set("b", said("no room"));
    drafts.keep();
    await settle();
    assert.equal(fake.feedEntries.size, 0);
    const again = new Drafts(fake.client);
    assert.deepEqual([again.get("a").text, again.get("b").text], [long, "no room"]);
    fake.say("synced", undefined);
    assert.equal(again.get("a").text, long);
});

test("drafts that an earlier version kept here come into the feed, behind what is there", async () => {
    const fake = new FakeClient();
    const drafts = new Drafts(fake.client);
    fake.kept.set("draft.a", "old").set("draft.b", "old too");
    fake.own("draft:b", { text: "newer" });
    fake.say("synced", undefined);
    await settle();
    assert.deepEqual([drafts.get("a").text, drafts.get("b").text], ["old", "newer\nold too"]);
    assert.deepEqual([fake.feedEntries.get("draft:a"), fake.kept.size], [{ text: "old" }, 0]);
});

test("rooms are muted and kept at the top in the feed, beside what other clients put there", async () => {
    const fake = new FakeClient();
    const marks = new RoomMarks(fake.client);
    fake.own("room:a", { colour: "red" });
    await marks.toggle("muted", "a");
    await marks.toggle("pinned", "b");
    assert.deepEqual(marks.get(), { ...NO_MARKS, muted: ["a"], pinned: ["b"] });
    assert.deepEqual(fake.feedEntries.get("room:a"), { colour: "red", muted: true });
    await marks.toggle("muted", "a");
    await marks.toggle("pinned", "b");
    assert.deepEqual([...fake.feedEntries], [["room:a", { colour: "red" }]]);
    fake.own("room:c", { favourite: true });
    assert.deepEqual(marks.get(), { ...NO_MARKS, pinned: ["c"] });
    await marks.toggle("archived", "d");
    assert.deepEqual(marks.get(), { ...NO_MARKS, pinned: ["c"], archived: ["d"] });
    assert.equal(levelIn(marks.get(), { id: "d", kind: "direct" }), "none");
});

test("how loud a room is and in which folder is read from the feed, as the SDK has it", async () => {
    const fake = new FakeClient();
    const marks = new RoomMarks(fake.client);
    const wishes = fake.roomWishes;
    const [group, direct] = [view("a"), view("b", { kind: "direct" })];
    const levels = () => [group, direct].map((room) => [levelIn(marks.get(), room), wishes.level(room)]);
    assert.deepEqual(levels(), [["all", "all"], ["all", "all"]]);
    await wishes.setStandard("mentions");
    assert.deepEqual(levels(), [["mentions", "mentions"], ["all", "all"]], "between two people all is said to one");
    await wishes.setLevel("a", "none");
    assert.deepEqual(levels()[0], ["none", "none"]);
    await wishes.setLevel("a", "all");
    await marks.toggle("muted", "a");
    assert.deepEqual(levels()[0], ["none", "none"], "what is muted stays so");
    const id = await wishes.makeFolder("Work");
    await wishes.putInFolder("b", id);
    assert.deepEqual([marks.get().folders, [...marks.get().inFolder]], [[{ id, title: "Work" }], [["b", id]]]);
    await wishes.deleteFolder(id);
    assert.deepEqual([marks.get().folders, marks.get().inFolder.size, fake.feedEntries.get("room:b")], [[], 0, undefined]);
});

test("what this device alone had is taken over once; where the feed knows better it stands", async () => {
    const fake = new FakeClient();
    let kept: string | null = JSON.stringify({ muted: ["a", "b", "elsewhere"], pinned: ["a"] });
    const earlier = new Preferences({ getItem: () => kept, setItem: (_, value) => void (kept = value) });
    const marks = new RoomMarks(fake.client, earlier);
    fake.views = [view("a"), view("b")];
    fake.own("room:b", { favourite: true });
    fake.say("synced", undefined);
    await settle();
    assert.deepEqual(marks.get(), { ...NO_MARKS, muted: ["a"], pinned: ["b", "a"] });
    assert.deepEqual([earlier.get().muted, earlier.get().pinned], [["elsewhere"], []]);
    await marks.toggle("muted", "a");
    fake.say("synced", undefined);
    assert.deepEqual(marks.get().muted, []);
});

test("messages are saved, the last one first, and let go; a refusal is told", async () => {
    const fake = new FakeClient();
    const saved = new Saved(fake.client);
    fake.own("saved:a.4", { at: "2026-11-01T00:00:00.000Z" });
    await saved.toggle("b", 9);
    assert.deepEqual(saved.get().map(({ room, seq }) => `${room}.${seq}`), ["b.9", "a.4"]);
    await saved.toggle("a", 4);
    assert.deepEqual([saved.has("a", 4), saved.has("b", 9)], [false, true]);
    fake.refusal = "feed.full";
    await assert.rejects(saved.toggle("a", 5));
});
