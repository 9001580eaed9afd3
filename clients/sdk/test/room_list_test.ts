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
    list.apply(updated(5, { locked: true, name: "locked hall", newcomers: { seconds: 60, bars: ["links"] } }), ME);
    list.tell(view(4, { read_seq: 3, read_count: 3, joined_at: "2026-01-01T00:00:00.000Z" }));
    const { locked, name, last_seq, read_seq, joined_at } = list.get("a")!;
    assert.deepEqual([locked, name, last_seq, read_seq, joined_at], [true, "locked hall", 5, 3, "2026-01-01T00:00:00.000Z"]);
});

test("an answer that was made before newcomers were free again does not tell since when one is there", () => {
    const list = new RoomList();
    list.tell(view(4, { newcomers: { seconds: 60, bars: ["links"] } }));
    list.apply(updated(5, { newcomers: null }), ME);
    list.tell(view(4, { newcomers: { seconds: 60, bars: ["links"] }, joined_at: "2026-01-01T00:00:00.000Z" }));
    assert.deepEqual([list.get("a")!.newcomers, list.get("a")!.joined_at], [undefined, undefined]);
});

test("an older answer counts the mentions up to it, and those that came since are counted here", () => {
    const list = new RoomList();
    const said = (seq: number, mentions: string[]) =>
        ({ type: "message.created", room: "a", seq, count: seq, sender: "mod", created_at: "", message: { room: "a", seq, content: { type: "text", text: "", mentions } } }) as unknown as StoredEvent;
    list.tell(view(4, { mentions: 3 }));
    list.apply(said(5, []), ME);
    list.tell(view(4, { read_seq: 2, read_count: 2, mentions: 1 }));
    assert.equal(list.get("a")!.mentions, 1, "what came since mentions somebody else");
    list.apply(said(6, [ME]), ME);
    list.apply(said(7, []), ME);
    list.tell(view(5, { read_seq: 4, read_count: 4, mentions: 0 }));
    assert.deepEqual([list.get("a")!.mentions, list.get("a")!.read_seq], [1, 4]);
    list.tell(view(4, { read_seq: 1, read_count: 1, mentions: 3 }));
    assert.deepEqual([list.get("a")!.mentions, list.get("a")!.read_seq], [1, 4], "which read less is older still");
});

test("an answer that knows all events says also what is no longer set", () => {
    const list = new RoomList();
    list.tell(view(4));
    list.apply(updated(5, { locked: true }), ME);
    list.tell(view(6, { name: "open hall" }));
    assert.deepEqual([list.get("a")!.locked, list.get("a")!.name], [undefined, "open hall"]);
});

test("an event that came before its room was told of counts once the answer is there, also an answer from before it", () => {
    const list = new RoomList();
    list.apply(updated(2, { name: "first hall" }), ME);
    list.apply(updated(3, { retention_s: 240 }), ME);
    list.tell(view(2, { name: "first hall" }));
    assert.deepEqual([list.get("a")!.retention_s, list.get("a")!.last_seq], [240, 3]);
    list.apply(updated(4, { name: "hall again" }), ME);
    list.tell(view(3, { name: "first hall", retention_s: 240 }));
    assert.deepEqual([list.get("a")!.name, list.get("a")!.retention_s], ["hall again", 240]);
});

test("what an administrator holds is told as an answer tells it: left away where nothing is held any more", () => {
    const list = new RoomList();
    list.tell(view(4, { role: "owner" }));
    list.apply(updated(5, { locked: true, by_server: true }), ME);
    list.apply(updated(6, { unlisted: true, by_server: true, owner: "bob" }), ME);
    list.apply(updated(7, { name: "by its people" }), ME);
    assert.deepEqual([list.get("a")!.held, list.get("a")!.role], [["locked", "unlisted"], "admin"]);
    list.apply(updated(8, { locked: false, unlisted: false, by_server: true }), ME);
    assert.equal("held" in list.get("a")!, false);
});

test("what came of rooms that nobody tells of is kept of so many rooms, and of so many events of each", () => {
    const list = new RoomList();
    const named = (room: string, seq: number) => list.apply({ ...updated(seq, { name: `${room} ${seq}` }), room } as StoredEvent, ME);
    for (let n = 1; n <= 101; n += 1) named(`r${n}`, 5);
    const nameOf = (id: string) => (list.tell(view(4, { id, name: "as told" })), list.get(id)!.name);
    assert.deepEqual([nameOf("r1"), nameOf("r2"), nameOf("r101")], ["as told", "r2 5", "r101 5"]);
});

test("a room of which nobody tells has no last message for ever", () => {
    const list = new RoomList();
    const message = (room: string) => ({ type: "message.created", room, seq: 5, count: 5, sender: "mod", created_at: "", message: { room, seq: 5, content: { type: "text", text: room } } }) as unknown as StoredEvent;
    for (let n = 1; n <= 101; n += 1) list.apply(message(`r${n}`), ME);
    for (const id of ["r1", "r101"]) list.tell(view(5, { id }));
    assert.deepEqual([list.lastMessage("r1"), list.lastMessage("r2"), list.lastMessage("r101")?.content.text], [undefined, undefined, "r101"]);
});

test("what was taken for read of a room that one was in before does not count where one is let in again", () => {
    const list = new RoomList();
    list.tell(view(4));
    list.read("a", 4, 4);
    list.doubt("a");
    list.remove("a");
    list.tell(view(4, { read_seq: 2, read_count: 2 }));
    list.read("a", 3, 3);
    list.tell(view(4, { read_seq: 2, read_count: 2 }));
    assert.equal(list.get("a")!.read_seq, 3, "nothing of it is doubted any more");
});
