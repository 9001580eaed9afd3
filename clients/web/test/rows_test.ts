import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, StoredEvent } from "@natternet/sdk";
import { itemsOf } from "../src/state/timeline_items.js";
import { rowsOf } from "../src/state/timeline_rows.js";
import { message } from "./support/fake_client.js";

function rows(messages: Message[]) {
    return rowsOf(itemsOf(new Map(messages.map((message) => [message.seq, message])), new Map(), [], "me"), null);
}

function runs(messages: Message[]): string {
    return rows(messages).map((row) => (row.kind === "message" ? `${row.first ? "[" : ""}${row.item.seq}${row.last ? "]" : ""}` : row.kind)).join(" ");
}

test("messages of one person are one run until another speaks or time passes", () => {
    assert.equal(runs([message(1, "ann", 1), message(2, "ann", 2), message(3, "bob", 3), message(4, "bob", 30)]), "day [1 2] [3] [4]");
});

test("a day begins with its line, and ends a run", () => {
    assert.equal(runs([message(1, "ann", 0), message(2, "ann", 1), message(3, "ann", 2 * 24 * 60)]), "day [1 2] day [3]");
});

const base = { room: "a", count: 0, sender: "ann", created_at: message(1).created_at };
const beginning = (kind: "direct" | "group"): [number, StoredEvent][] => [
    [1, { ...base, type: "room.created", seq: 1, kind }],
    [2, { ...base, type: "room.user.joined", seq: 2, user_id: "ann", by: "ann" }],
    [3, { ...base, type: "room.user.joined", seq: 3, user_id: "me", by: "ann" }],
];

test("of a room's beginning only what is news is told", () => {
    const told = (kind: "direct" | "group") => itemsOf(new Map(), new Map(beginning(kind)), [], "me").map((item) => item.seq);
    assert.deepEqual(told("group"), [1, 3]);
    assert.deepEqual(told("direct"), [1]);
});

test("people let in one after another by the same person are one line", () => {
    const added = ["bob", "cat", "dan"].map((id, index): [number, StoredEvent] => {
        const seq = 3 + index;
        return [seq, { ...base, type: "room.user.joined", seq, user_id: id, by: "ann" }];
    });
    const left: [number, StoredEvent] = [6, { ...base, type: "room.user.left", seq: 6, user_id: "dan", by: "dan" }];
    const lines = rowsOf(itemsOf(new Map(), new Map([...added, left]), [], "me"), null);
    assert.deepEqual(lines.map((row) => (row.kind === "notice" ? row.items.length : row.kind)), ["day", 3, 1]);
});

test("no notice stands above messages that are not loaded yet", () => {
    const seqs = (first: Message) => itemsOf(new Map([[first.seq, first]]), new Map(beginning("group")), [], "me").map((item) => item.seq);
    assert.deepEqual(seqs({ ...message(70), count: 60 }), [70]);
    assert.deepEqual(seqs({ ...message(4), count: 1 }), [1, 3, 4]);
});
