import type { Message, StoredEvent } from "@natternet/sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "../src/state/timeline.js";
import type { MessageItem } from "../src/state/timeline_items.js";
import { FakeClient, created, entry, message, settle, view } from "./support/fake_client.js";

function shown(timeline: Timeline): MessageItem[] {
    return timeline.get().rows.flatMap((row) => (row.kind === "message" ? [row.item] : []));
}

async function opened(fake: FakeClient): Promise<Timeline> {
    const timeline = new Timeline(fake.client, "a");
    await timeline.open();
    await settle();
    return timeline;
}

test("history and what comes live become one list, each message once", async () => {
    const fake = new FakeClient();
    fake.log = [1, 2, 3].map((seq) => message(seq));
    const timeline = new Timeline(fake.client, "a");
    timeline.take(created(message(3)));
    const opening = timeline.open();
    timeline.take(created(message(4)));
    await opening;
    assert.deepEqual(shown(timeline).map((item) => item.seq), [1, 2, 3, 4]);
    assert.equal(timeline.get().hasOlder, false);
});

test("of what an administrator deleted it is shown why, live and where it is read later", async () => {
    const fake = new FakeClient();
    const gone = { ...message(2), content: { type: "deleted", text: "" }, edit_seq: 4, deleted_at: "", by_server: true, reason: "unlawful" } as Message;
    fake.log = [message(1), message(2), { ...message(3), content: { type: "deleted", text: "" }, edit_seq: 3, deleted_at: "" } as Message];
    const live = await opened(fake);
    const whys = (timeline: Timeline) => shown(timeline).map(({ text, byServer }) => [text === "", byServer]);
    live.take({ ...created(message(4)), type: "message.deleted", target: 2, by_server: true, message: gone } as StoredEvent);
    await settle();
    assert.deepEqual(whys(live), [[false, null], [true, { reason: "unlawful" }], [true, null]]);
    fake.log[1] = gone;
    assert.deepEqual(whys(await opened(fake)), whys(live));
});

test("older pages are read until there is nothing older, one at a time", async () => {
    const fake = new FakeClient();
    fake.log = Array.from({ length: 120 }, (_, index) => message(index + 1));
    const timeline = await opened(fake);
    assert.equal(shown(timeline).length, 50);
    await Promise.all([timeline.older(), timeline.older()]);
    assert.equal(shown(timeline).length, 100);
    await timeline.older();
    await timeline.older();
    assert.deepEqual(shown(timeline).map((item) => item.seq), fake.log.map((message) => message.seq));
    assert.equal(fake.pages, 3);
});

test("a message keeps its key from pending to stored, and never shows twice", async () => {
    const fake = new FakeClient();
    fake.log = [message(1)];
    const timeline = await opened(fake);
    const states: string[] = [];
    for (const state of ["pending", "sent"] as const) {
        fake.entries = [entry("nonce-2", state)];
        timeline.refresh();
        await settle();
        states.push(`${shown(timeline).at(-1)!.key} ${shown(timeline).at(-1)!.state}`);
    }
    timeline.take(created(message(2, "me")));
    await settle();
    assert.equal(shown(timeline).length, 2);
    fake.entries = [];
    timeline.refresh();
    await settle();
    states.push(`${shown(timeline).at(-1)!.key} ${shown(timeline).at(-1)!.state}`);
    assert.deepEqual(states, ["nonce-2 pending", "nonce-2 sent", "nonce-2 sent"]);
});

test("somebody else's message with one's own nonce hides nothing", async () => {
    const fake = new FakeClient();
    fake.log = [message(1)];
    fake.entries = [entry("nonce-1", "pending")];
    const timeline = await opened(fake);
    assert.equal(shown(timeline).length, 2);
});

test("a reading that fails says so, and is made good when the connection is back", async () => {
    const fake = new FakeClient();
    fake.log = [message(1)];
    fake.offline = true;
    const timeline = await opened(fake);
    assert.equal(timeline.get().error, "connection.lost");
    fake.offline = false;
    await timeline.again();
    assert.equal(timeline.get().error, null);
    assert.equal(shown(timeline).length, 1);
});

test("the line of what is new stands before the first unread of others", async () => {
    const fake = new FakeClient();
    fake.log = [message(1), message(2, "me"), message(3), message(4)];
    fake.views = [view("a", { unread: 2, read_seq: 2, last_seq: 4 })];
    const timeline = await opened(fake);
    assert.deepEqual(timeline.get().rows.map((row) => row.kind), ["day", "message", "message", "new", "message", "message"]);
    timeline.seen();
    assert.deepEqual(fake.read, [4]);
});

test("a jump reads around its message, and the way back to the newest is read on or gone at once", async () => {
    const fake = new FakeClient();
    fake.log = Array.from({ length: 500 }, (_, index) => message(index + 1));
    fake.views = [view("a", { last_seq: 500 })];
    const timeline = await opened(fake);
    await timeline.jumpTo(100);
    assert.deepEqual(timeline.get().target, { seq: 100 });
    assert.deepEqual(shown(timeline).map(({ seq }) => seq), Array.from({ length: 50 }, (_, index) => index + 75));
    assert.ok(timeline.get().hasNewer && timeline.get().hasOlder);
    await timeline.newer();
    assert.equal(shown(timeline).at(-1)!.seq, 174);
    timeline.take(created(message(501)));
    await settle();
    assert.equal(shown(timeline).at(-1)!.seq, 174, "no message behind a gap");
    fake.log.push(message(501));
    await timeline.toNewest();
    assert.equal(shown(timeline).at(-1)!.seq, 501);
    assert.equal(timeline.get().hasNewer, false);
    const pages = fake.pages;
    await timeline.jumpTo(480);
    assert.deepEqual([fake.pages, timeline.get().target], [pages, { seq: 480 }], "what is there is not read again");
});

test("a room that is opened at a message reads around it alone", async () => {
    const fake = new FakeClient();
    fake.log = Array.from({ length: 200 }, (_, index) => message(index + 1));
    const timeline = new Timeline(fake.client, "a");
    await Promise.all([timeline.open(), timeline.jumpTo(40)]);
    assert.equal(timeline.get().target?.seq, 40);
    assert.ok(shown(timeline).some((item) => item.seq === 40));
    assert.equal(timeline.get().hasNewer, true);
    assert.equal(fake.pages, 1);
});

test("what is seen at the end is marked read as far as it is shown, and the rest is read", async () => {
    const fake = new FakeClient();
    fake.log = Array.from({ length: 200 }, (_, index) => message(index + 1));
    fake.views = [view("a", { last_seq: 200 })];
    const timeline = await opened(fake);
    await timeline.jumpTo(50);
    timeline.seen();
    await settle();
    assert.deepEqual(fake.read, [74]);
    assert.equal(shown(timeline).at(-1)!.seq, 124);
});

test("a room that nobody looks at does not grow without end", async () => {
    const fake = new FakeClient();
    fake.log = [message(1)];
    fake.views = [view("a", { last_seq: 1 })];
    const timeline = await opened(fake);
    for (let seq = 2; seq <= 5_000; seq++) timeline.take(created(message(seq)));
    await settle();
    assert.equal(shown(timeline).length, 2_001);
    assert.ok(timeline.get().hasNewer);
});

test("who reads back far holds a stretch of it, and finds the way back", async () => {
    const fake = new FakeClient();
    fake.log = Array.from({ length: 5_000 }, (_, index) => message(index + 1));
    fake.views = [view("a", { last_seq: 5_000 })];
    const timeline = await opened(fake);
    while (timeline.get().hasOlder) {
        await timeline.older();
        assert.ok(shown(timeline).length <= 1_650);
    }
    assert.equal(shown(timeline)[0]!.seq, 1);
    assert.ok(timeline.get().hasNewer);
    while (timeline.get().hasNewer) await timeline.newer();
    const seqs = shown(timeline).map(({ seq }) => seq!);
    assert.deepEqual(seqs, seqs.map((_, index) => seqs[0]! + index));
    assert.equal(seqs.at(-1), 5_000);
});

test("a room that is looked at keeps the newest alone", async () => {
    const fake = new FakeClient();
    fake.log = [message(1)];
    fake.views = [view("a", { last_seq: 1 })];
    const timeline = await opened(fake);
    for (let seq = 2; seq <= 5_000; seq++) {
        timeline.take(created(message(seq)));
        timeline.seen();
    }
    await settle();
    assert.ok(shown(timeline).length <= 1_200);
    assert.equal(shown(timeline).at(-1)!.seq, 5_000);
    assert.ok(timeline.get().hasOlder && !timeline.get().hasNewer);
});
