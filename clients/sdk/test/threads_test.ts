import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnswer, withAnswer, withReactionsOf, type AnswerEvent, type Message, type StoredEvent } from "../src/mod.js";
import { changedRow } from "../src/store/local_store.js";
import { RoomList, type RoomEntry } from "../src/room_list.js";
import { Threads } from "../src/threads.js";

const base = { room: "a", nonce: "n", created_at: "2026-01-01T00:00:00.000Z", count: 1 };
const root: Message = { ...base, id: "a.4", seq: 4, sender: "ann", content: { type: "text", text: "root" } };

function answer(seq: number, answers: number, sender: string): AnswerEvent {
    const message = { ...base, id: `a.${seq}`, seq, sender, content: { type: "text" as const, text: "answer" }, thread: 4, answers };
    return { type: "message.created", ...base, seq, sender, message } as AnswerEvent;
}

test("a root knows the latest of its answers, in whatever order they come, and each person once", () => {
    let known = root;
    for (const event of [answer(5, 1, "bob"), answer(7, 3, "bob"), answer(6, 2, "cal"), answer(8, 4, "ann")]) known = withAnswer(known, event);
    assert.deepEqual([known.answers, known.answered_by], [4, ["ann", "bob"]]);
    assert.equal(withAnswer(known, answer(8, 4, "ann")), known, "again is nothing new");
});

test("an edit or a deletion of the root leaves what is known of its answers", () => {
    const known = withAnswer(root, answer(5, 1, "bob"));
    assert.equal(withReactionsOf({ ...root, edit_seq: 9 }, known).answers, 1);
    assert.equal(withReactionsOf({ ...root, edit_seq: 9, deleted_at: "now" }, known).answers, 1);
    assert.equal(withReactionsOf({ ...known, answers: 7, edit_seq: 9 }, known).answers, 7, "unless it knows of more");
});

test("the copy on the device has the root's answers too", () => {
    const held = { type: "message.created", ...base, seq: 4, sender: "ann", message: root } as StoredEvent;
    const changed = changedRow(held, { room: "a", seq: 4, answer: answer(5, 1, "bob") });
    assert.equal(changed.type === "message.created" && changed.message.answers, 1);
});

test("an answer is neither the last message of its room nor unread there, nor does its sender read on", () => {
    const list = new RoomList();
    const room: RoomEntry = { id: "a", kind: "group", role: "member", member_count: 2, first_seq: 1, last_seq: 4, last_count: 1, read_seq: 3, read_count: 0, unread: 1, mentions: 0 };
    list.tell(room);
    list.apply(answer(5, 1, "me"), "me");
    const { last_seq, unread, read_seq } = list.get("a")!;
    assert.deepEqual([last_seq, unread, read_seq, list.lastMessage("a")], [5, 1, 3, undefined]);
    assert.ok(isAnswer(answer(5, 1, "me")));
});

test("an answer to everyone counts as a mention for others, and not for its sender", () => {
    const list = new RoomList();
    const room: RoomEntry = { id: "a", kind: "group", role: "member", member_count: 2, first_seq: 1, last_seq: 4, last_count: 1, read_seq: 4, read_count: 1, unread: 0, mentions: 0 };
    list.tell(room);
    const all = answer(5, 1, "bob");
    all.message = { ...all.message, content: { type: "text", text: "@everyone", mentions: ["everyone"] } } as AnswerEvent["message"];
    list.apply(all, "bob");
    assert.equal(list.get("a")!.mentions, 0);
    list.apply({ ...all, seq: 6 }, "me");
    assert.equal(list.get("a")!.mentions, 1);
});

/** A person's feed as a plain map. */
function followed(entries: Record<string, object>) {
    const feed = new Map<string, object>(Object.entries(entries));
    const threads = new Threads(null as never, {
        all: (family) => [...feed].filter(([key]) => key.startsWith(`${family}:`)),
        get: (key) => feed.get(key) ?? null,
        put: async (key, value) => void feed.set(key, value),
        change: async (key, members) => void feed.set(key, { ...feed.get(key), ...members }),
    }, null as never);
    return { feed, threads };
}

test("what one follows is read on, and nothing else", async () => {
    const { feed, threads } = followed({ "thread:a.4": { read: 2 }, "thread:a.9": { read: 1, off: true } });
    assert.deepEqual(threads.all(), [{ room: "a", root: 4, read: 2 }]);
    await threads.read("a", 4, 3);
    await threads.read("a", 4, 1);
    await threads.read("a", 9, 5);
    await threads.read("b", 1, 5);
    assert.deepEqual(Object.fromEntries(feed), { "thread:a.4": { read: 3 }, "thread:a.9": { read: 1, off: true } });
    await threads.unfollow("a", 4);
    assert.deepEqual([threads.readOf("a", 4), feed.get("thread:a.4")], [null, { read: 3, off: true }]);
    await threads.follow("a", 4, 5);
    assert.equal(threads.readOf("a", 4), 5);
});
