import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, StoredEvent } from "@natternet/sdk";
import { Pins } from "../src/state/pins.js";
import { Quotes } from "../src/state/quotes.js";
import { Timeline } from "../src/state/timeline.js";
import type { MessageItem } from "../src/state/timeline_items.js";
import { FakeClient, created, message, settle } from "./support/fake_client.js";

function reaction(seq: number, target: number, people: number, sender = "ann", type: "reaction.added" | "reaction.removed" = "reaction.added"): StoredEvent {
    return { type, room: "a", seq, count: 3, sender, created_at: "", target, emoji: "👍", people };
}

function revised(change: Partial<Message>, seq: number, type: "message.updated" | "message.deleted"): StoredEvent {
    const revision = { ...message(2), edit_seq: seq, ...change };
    return { type, room: "a", seq, count: 3, sender: "ann", created_at: "", target: revision.seq, message: revision };
}

function shown(timeline: Timeline, seq: number): MessageItem {
    const row = timeline.get().rows.find((one) => one.kind === "message" && one.item.seq === seq);
    assert.ok(row?.kind === "message");
    return row.item;
}

async function opened(fake: FakeClient): Promise<Timeline> {
    fake.log = [1, 2, 3].map((seq) => message(seq));
    const timeline = new Timeline(fake.client, "a");
    await timeline.open();
    return timeline;
}

test("reactions come and go on their message, and leave the other rows what they were", async () => {
    const fake = new FakeClient();
    const timeline = await opened(fake);
    const before = timeline.get().rows;
    timeline.take(reaction(4, 2, 1));
    timeline.take(reaction(5, 2, 2, "me"));
    await settle();
    assert.deepEqual(shown(timeline, 2).reactions, [{ emoji: "👍", count: 2, seq: 5, mine: true }]);
    assert.equal(timeline.get().rows.filter((row) => !before.includes(row)).length, 1);
    timeline.take(revised({ content: { type: "text", text: "edited" }, edited_at: "now" }, 6, "message.updated"));
    await settle();
    assert.deepEqual([shown(timeline, 2).text, shown(timeline, 2).reactions.length], ["edited", 1]);
    timeline.take(reaction(7, 2, 1, "me", "reaction.removed"));
    timeline.take(reaction(8, 2, 0, "ann", "reaction.removed"));
    await settle();
    assert.deepEqual(shown(timeline, 2).reactions, []);
});

test("a quote is read once, follows its message, and says when that is gone", async () => {
    const fake = new FakeClient();
    fake.log = [1, 2, 3].map((seq) => message(seq));
    const quotes = new Quotes(fake.client, (_, seq) => (seq === 3 ? fake.log[2] : undefined));
    assert.equal(quotes.get("a", 3).get().state, "there");
    assert.equal(fake.pages, 0, "what is in memory is not read");
    const quote = quotes.get("a", 2);
    assert.equal(quote.get().state, "waiting");
    await settle();
    assert.equal(quotes.get("a", 2), quote);
    fake.say("event", { event: revised({ content: { type: "text", text: "edited" } }, 6, "message.updated"), backlog: false });
    const now = quote.get();
    assert.equal(now.state === "there" && now.message.content.text, "edited");
    fake.say("event", { event: revised({ deleted_at: "now" }, 7, "message.deleted"), backlog: false });
    assert.deepEqual([quote.get().state, fake.pages], ["gone", 1]);
});

test("a quote that could not be read is tried again when there is a connection", async () => {
    const fake = new FakeClient();
    fake.log = [created(message(1))].map(() => message(1));
    fake.offline = true;
    const quotes = new Quotes(fake.client, () => undefined);
    const quote = quotes.get("a", 1);
    await settle();
    assert.equal(quote.get().state, "waiting");
    fake.offline = false;
    fake.say("synced", undefined);
    await settle();
    assert.equal(quote.get().state, "there");
});

test("pins are read when somebody looks, and anew when something changes; who may pin is for the room to say", async () => {
    let pinned = [message(2)];
    let asked = 0;
    const messages = { pins: async () => (asked++, { messages: pinned }) };
    const pins = new Pins({ messages, acts: { in: () => [] } } as never, "a");
    pins.take({ type: "message.pinned", room: "a", seq: 4, count: 3, sender: "ann", created_at: "", target: 2 });
    assert.equal(asked, 0);
    pins.open();
    pins.open();
    await settle();
    assert.deepEqual([asked, pins.has(2), pins.has(3)], [1, true, false]);
    pinned = [];
    pins.take(revised({ deleted_at: "now" }, 7, "message.deleted"));
    pins.take(revised({ ...message(1), deleted_at: "now" }, 8, "message.deleted"));
    await settle();
    assert.deepEqual([asked, pins.has(2)], [2, false]);
});

test("a pin that is on its way is in the list at once, where the message is at hand, and stands there once", async () => {
    const fake = new FakeClient();
    let pinned = [message(2)];
    Object.assign(fake, { messages: { pins: async () => ({ messages: pinned }) } });
    const pins = new Pins(fake.client, "a", (seq) => (seq === 9 ? undefined : message(seq)));
    const seqs = () => pins.get().messages?.map(({ seq }) => seq);
    pins.open();
    await settle();
    for (const seq of [3, 9, 1]) await pins.toggle(seq);
    pins.show();
    assert.deepEqual(seqs(), [1, 3, 2]);
    await pins.toggle(3);
    pins.show();
    assert.deepEqual(seqs(), [1, 2]);
    [fake.pending, pinned] = [[], [message(1), message(2)]];
    pins.again();
    await settle();
    assert.deepEqual(seqs(), [1, 2]);
});

test("what is done to a message shows at once, and the same when its event has come", async () => {
    const fake = new FakeClient();
    const timeline = await opened(fake);
    await fake.acts.put("a", 2, { do: "react", emoji: "👍" });
    await fake.acts.put("a", 2, { do: "edit", content: { type: "text", text: "better" } });
    await fake.acts.put("a", 3, { do: "delete" });
    timeline.refresh();
    await settle();
    const { text, edited, reactions } = shown(timeline, 2);
    assert.deepEqual({ text, edited, marks: reactions.map(({ emoji, count, mine }) => `${emoji} ${count} ${mine}`) }, { text: "better", edited: true, marks: ["👍 1 true"] });
    assert.equal(shown(timeline, 3).text, "");
    timeline.take(reaction(5, 2, 1, "me"));
    await settle();
    assert.equal(shown(timeline, 2).reactions[0]?.count, 1, "it is not counted twice");
    fake.pending = [];
    timeline.refresh();
    await settle();
    assert.deepEqual([shown(timeline, 2).text, shown(timeline, 2).reactions[0]?.count, shown(timeline, 3).text], ["text 2", 1, "text 3"]);
});
