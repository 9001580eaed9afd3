import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomList, type RoomEntry } from "../src/room_list.js";
import type { StoredEvent } from "../src/schema.gen.js";

const ME = "me";
const view = (last_seq: number, more: Partial<RoomEntry> = {}): RoomEntry =>
    ({
        id: "a", kind: "group", name: "hall", role: "member", member_count: 3, first_seq: 1, last_seq, last_count: last_seq, read_seq: 0, read_count: 0, unread: last_seq, mentions: 0,
        created_at: "2026-01-01T00:00:00.000Z", ...more,
    }) as RoomEntry;
const updated = (seq: number, more: object): StoredEvent =>
    ({ type: "room.updated", room: "a", seq, count: seq, sender: "mod", created_at: "2026-01-01T00:00:01.000Z", ...more }) as StoredEvent;

test("an answer that was made before an event does not undo what the event said", () => {
    const list = new RoomList();
    list.tell(view(4));
    list.apply(updated(5, { locked: true, name: "locked hall" }), ME);
    list.tell(view(4, { read_seq: 3, read_count: 3, joined_at: "2026-01-01T00:00:00.000Z" }));
    const { locked, name, last_seq, read_seq, joined_at } = list.get("a")!;
    assert.deepEqual([locked, name, last_seq, read_seq, joined_at], [true, "locked hall", 5, 3, "2026-01-01T00:00:00.000Z"]);
});

test("an answer that knows all events says also what is no longer set", () => {
    const list = new RoomList();
    list.tell(view(4));
    list.apply(updated(5, { locked: true }), ME);
    list.tell(view(6, { name: "open hall" }));
    assert.deepEqual([list.get("a")!.locked, list.get("a")!.name], [undefined, "open hall"]);
});
