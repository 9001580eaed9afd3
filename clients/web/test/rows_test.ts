import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, StoredEvent } from "@natternet/sdk";
import { itemsOf } from "../src/state/timeline_items.js";
import { rowsOf } from "../src/state/timeline_rows.js";
import { created, message } from "./support/fake_client.js";

function rows(messages: Message[]) {
    return rowsOf(itemsOf(messages.map(created), [], "me", false), null);
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
const beginning = (kind: "direct" | "group"): StoredEvent[] => [
    { ...base, type: "room.created", seq: 1, kind },
    { ...base, type: "room.user.joined", seq: 2, user_id: "ann", by: "ann" },
    { ...base, type: "room.user.joined", seq: 3, user_id: "me", by: "ann" },
];

test("of a room's beginning only what is news is told", () => {
    const told = (kind: "direct" | "group") => itemsOf(beginning(kind), [], "me", false).map((item) => item.seq);
    assert.deepEqual(told("group"), [1, 3]);
    assert.deepEqual(told("direct"), [1]);
});

test("people let in one after another by the same person are one line", () => {
    const added = ["bob", "cat", "dan"].map((id, index): StoredEvent => {
        return { ...base, type: "room.user.joined", seq: 3 + index, user_id: id, by: "ann" };
    });
    const left: StoredEvent = { ...base, type: "room.user.left", seq: 6, user_id: "dan", by: "dan" };
    const lines = rowsOf(itemsOf([...added, left], [], "me", false), null);
    assert.deepEqual(lines.map((row) => (row.kind === "notice" ? row.items.length : row.kind)), ["day", 3, 1]);
});

test("no notice stands above messages that are not loaded yet", () => {
    const seqs = (first: Message, hasOlder: boolean) => itemsOf([...beginning("group"), created(first)], [], "me", hasOlder).map((item) => item.seq);
    assert.deepEqual(seqs(message(70), true), [70]);
    assert.deepEqual(seqs(message(4), false), [1, 3, 4]);
});

test("a row is the object that it was while nothing of it changed", () => {
    const events = [1, 2, 3].map((seq) => created(message(seq, seq === 3 ? "bob" : "ann")));
    const made = (count: number, before: ReturnType<typeof rowsOf>) => rowsOf(itemsOf(events.slice(0, count), [], "me", false), null, before);
    const two = made(2, []);
    const three = made(3, two);
    assert.deepEqual(three.map((row, index) => row === two[index]), [true, true, true, false]);
    assert.deepEqual(made(3, three).map((row, index) => row === three[index]), [true, true, true, true]);
});
