import assert from "node:assert/strict";
import { test } from "node:test";
import type { NatterClient } from "@natternet/sdk";
import { MessageSearch } from "../src/state/message_search.js";
import { watchNews } from "../src/state/news.js";
import { Pins } from "../src/state/pins.js";
import { Quotes } from "../src/state/quotes.js";
import { RoomListState } from "../src/state/room_list.js";
import { Saved } from "../src/state/saved.js";
import { Timeline } from "../src/state/timeline.js";
import { FakeClient, created, message, settle, view } from "./support/fake_client.js";

/** A room with so many messages, the list of rooms known. */
async function room(count: number) {
    const fake = new FakeClient();
    fake.log = Array.from({ length: count }, (_, at) => message(at + 1));
    fake.views = [view("a", { last_seq: count, last_count: count, read_seq: count, read_count: count })];
    fake.last.set("a", message(count));
    const list = new RoomListState(fake.client);
    fake.say("opened", undefined);
    fake.say("synced", undefined);
    await settle();
    return { fake, list, last: () => list.room("a")?.lastMessage?.seq };
}

test("a timeline leaves out what one has deleted for oneself, leads nobody to it, and takes it back", async () => {
    const { fake } = await room(5);
    const timeline = new Timeline(fake.client, "a");
    fake.client.on("hidden", () => timeline.refresh());
    await timeline.open();
    const shown = () => timeline.get().rows.flatMap((row) => (row.kind === "message" ? [row.item.seq] : []));
    assert.equal(timeline.get().newest?.seq, 5);
    await fake.hidden.hide("a", 5);
    await fake.hidden.hide("a", 2);
    await settle();
    assert.deepEqual([shown(), timeline.get().newest], [[1, 3, 4], null], "the one before the newest is no news");
    await timeline.jumpTo(2);
    assert.deepEqual([timeline.get().target, timeline.get().missing], [null, { why: "hidden" }]);
    await fake.hidden.show("a", 2);
    await settle();
    assert.deepEqual(shown(), [1, 2, 3, 4]);
});

test("the list shows what was said before, and the room stays in its place", async () => {
    const { fake, list, last } = await room(50);
    fake.views.push(view("b"));
    fake.last.set("b", { ...message(49), room: "b" });
    fake.say("rooms", "b");
    for (let seq = 20; seq <= 50; seq += 1) await fake.hidden.hide("a", seq);
    await settle();
    assert.equal(last(), 19, "two pages back");
    assert.deepEqual(list.get().rooms.map(({ room: { id } }) => id), ["a", "b"]);
    await fake.hidden.hide("a", 19);
    await settle();
    assert.equal(last(), 18);
    fake.say("event", { event: { ...created(message(60)), type: "message.deleted", target: 18 } as never, backlog: false });
    fake.log[17] = { ...message(18), content: { type: "deleted", text: "" } as never, deleted_at: message(60).created_at };
    await settle();
    assert.equal(list.room("a")?.lastMessage?.seq, 18);
    await fake.hidden.show("a", 50);
    await settle();
    assert.equal(last(), 50);
});

test("where all is deleted for oneself the list shows nothing, and what could not be read is read at the next connect", async () => {
    const { fake, list, last } = await room(2);
    fake.offline = true;
    await fake.hidden.hide("a", 2);
    await settle();
    assert.deepEqual([last(), list.room("a")?.saidAt], [undefined, message(2).created_at]);
    fake.offline = false;
    fake.say("synced", undefined);
    await settle();
    assert.equal(last(), 1);
    await fake.hidden.hide("a", 1);
    await settle();
    assert.equal(last(), undefined);
});

test("quotes, pins and what is saved do without it, and have it again", async () => {
    const { fake } = await room(3);
    const client = { ...fake, on: fake.on.bind(fake), rooms: { ...fake.rooms, may: () => true }, messages: { pins: async () => ({ messages: [message(3), message(1)] }) } } as unknown as NatterClient;
    const [pins, saved, quotes] = [new Pins(client, "a"), new Saved(client), new Quotes(client, () => undefined)];
    pins.open();
    await saved.toggle("a", 3);
    const quote = quotes.get("a", 3);
    await settle();
    assert.deepEqual([pins.get().messages?.length, saved.get().length, quote.get().state], [2, 1, "there"]);
    await fake.hidden.hide("a", 3);
    pins.show();
    assert.deepEqual([pins.get().messages?.map(({ seq }) => seq), saved.get(), quote.get()], [[1], [], { state: "gone", why: "hidden" }]);
    assert.deepEqual(quotes.isGone("a", 3), true);
    fake.say("event", { event: { ...created(message(9)), type: "message.updated", target: 3, message: message(3) } as never, backlog: false });
    assert.equal(quote.get().state, "gone", "an edit does not bring it back");
    await fake.hidden.show("a", 3);
    pins.show();
    await settle();
    assert.deepEqual([pins.get().messages?.length, saved.get().length, quote.get().state], [2, 1, "there"]);
});

test("nobody is told of what they have deleted for themselves on another device", async () => {
    const { fake } = await room(1);
    const heard: number[] = [];
    watchNews(fake.client, ({ seq }) => heard.push(seq));
    fake.own("hidden:a.2", {});
    for (const seq of [2, 3]) fake.say("message", { message: message(seq), backlog: false });
    assert.deepEqual(heard, [3]);
});

test("what was found goes from the results at once", async () => {
    const { fake } = await room(3);
    const client = { on: fake.on.bind(fake), hidden: fake.hidden, messages: { search: async () => ({ results: [3, 2].map((seq) => ({ message: message(seq), snippet: "" })), next: null }) } } as unknown as NatterClient;
    const search = new MessageSearch(client);
    search["fetch"].call(search, search.get().asked, null);
    await settle();
    assert.equal(search.get().results.length, 2);
    await fake.hidden.hide("a", 3);
    assert.deepEqual(search.get().results.map(({ message: { seq } }) => seq), [2]);
});
