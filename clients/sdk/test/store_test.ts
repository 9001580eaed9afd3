import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { IndexedDbStore, MemoryStore, type KeptRoom, type LocalStore, type OutboxEntry, type ReactionEvent, type StoredEvent } from "../src/mod.js";
import { threadLog } from "../src/store/kept_threads.js";
import { addSpan, heldIn, newestFrom, spanAt, spansFrom, type Span } from "../src/store/spans.js";
import { fakeUser } from "./support/fake_world.js";

globalThis.IDBKeyRange = IDBKeyRange;

const STORES: [name: string, make: () => LocalStore][] = [
    ["memory", () => new MemoryStore()],
    ["IndexedDB", () => new IndexedDbStore(new IDBFactory())],
];

function room(id: string, spans: Span[] = []): KeptRoom {
    const counters = { first_seq: 1, last_seq: 9, member_count: 2, last_count: 7, read_seq: 0, read_count: 0, unread: 7, mentions: 0 };
    return { id, seq: 9, spans, entry: { id, kind: "group", name: id, role: "member", ...counters } };
}

function event(seq: number, where = "a", name = `name ${seq}`): StoredEvent {
    return { type: "room.updated", room: where, seq, count: 0, sender: "me", created_at: "2026-11-22T07:00:00.000Z", name };
}

function said(seq: number, text: string, edit_seq?: number): StoredEvent {
    const about = { room: "a", seq, count: seq, sender: "ann", created_at: "" };
    const message = { ...about, id: `a.${seq}`, nonce: `n${seq}`, content: { type: "text", text } as const, ...(edit_seq && { edit_seq }) };
    return { type: "message.created", ...about, message };
}

function mark(seq: number, target: number, people: number): ReactionEvent {
    return { type: "reaction.added", room: "a", seq, count: 0, sender: "ann", created_at: "", target, emoji: "👍", people };
}

function entry(nonce: string): OutboxEntry {
    return { room: "a", nonce, content: { type: "text", text: nonce }, created_at: "", state: "pending" };
}

/** Each of these holds for every store. */
const CONTRACT: [sentence: string, check: (store: LocalStore) => Promise<void>][] = [
    ["a new person finds nothing", async (store) => {
        assert.deepEqual(await store.open("me"), { rooms: [], outbox: [], feed: [], values: [], rev: 0 });
    }],
    ["what was written is there at the next opening", async (store) => {
        await store.open("me");
        const feed = [{ key: "k", value: { x: 1 }, rev: 4 }];
        await store.write({ rooms: [room("a", [[2, 9]])], feed, rev: 4, values: [["draft.a", "words"]], outbox: [["n2", entry("n2")], ["n1", entry("n1")]] });
        store.close();
        const kept = await store.open("me");
        assert.deepEqual(kept, { rooms: [room("a", [[2, 9]])], outbox: [entry("n1"), entry("n2")], feed, values: [["draft.a", "words"]], rev: 4 });
        assert.deepEqual(await store.spans("a"), [[2, 9]]);
        assert.deepEqual(await store.spans("b"), []);
    }],
    ["rows of a room's log are read from either end", async (store) => {
        await store.open("me");
        await store.write({ events: [3, 1, 2, 5, 4].map((seq) => event(seq)).concat(event(3, "b")) });
        const seqs = async (...args: [number, number, number, "newest" | "oldest"]) => (await store.events("a", ...args)).map(({ seq }) => seq);
        assert.deepEqual(await seqs(1, 5, 2, "newest"), [4, 5]);
        assert.deepEqual(await seqs(1, 5, 2, "oldest"), [1, 2]);
        assert.deepEqual(await seqs(2, 4, 10, "newest"), [2, 3, 4]);
        assert.deepEqual(await seqs(1, 5, 1, "newest"), [5]);
        assert.deepEqual(await seqs(6, 9, 10, "newest"), []);
    }],
    ["a row that is written again is replaced", async (store) => {
        await store.open("me");
        await store.write({ events: [event(1)] });
        await store.write({ events: [event(1, "a", "other")] });
        assert.deepEqual(await store.events("a", 1, 1, 5, "oldest"), [event(1, "a", "other")]);
    }],
    ["a held message is changed by what came later: emoji and edits; one that is not held stays away", async (store) => {
        await store.open("me");
        await store.write({ events: [said(1, "one"), said(2, "two")] });
        await store.write({
            changes: [
                { room: "a", seq: 1, mark: mark(5, 1, 1), me: "me" },
                { room: "a", seq: 1, row: said(1, "uno", 6) },
                { room: "a", seq: 1, mark: mark(7, 1, 2), me: "me" },
                { room: "a", seq: 3, row: said(3, "tre", 8) },
            ],
        });
        const rows = (await store.events("a", 1, 9, 9, "oldest")).map((row) => row.type === "message.created" && [row.message.content.text, ...(row.message.reactions ?? []).map(({ count }) => count)]);
        assert.deepEqual(rows, [["uno", 2], ["two"]]);
    }],
    ["what is cut, gone, sent or unset is there no more", async (store) => {
        await store.open("me");
        await store.write({ rooms: [room("a"), room("b")], events: [event(1), event(2), event(1, "b")], outbox: [["n", entry("n")]], values: [["k", 1]] });
        await store.write({ cut: [{ room: "a", seq: 2 }], gone: ["b"], outbox: [["n", null]], values: [["k", undefined]] });
        const { rooms, outbox, values } = await store.open("me");
        assert.deepEqual([rooms.map(({ id }) => id), outbox, values], [["a"], [], []]);
        assert.deepEqual((await store.events("a", 1, 9, 9, "oldest")).map(({ seq }) => seq), [2]);
        assert.deepEqual(await store.events("b", 1, 9, 9, "oldest"), []);
    }],
    ["a thread has a log of its own: its rows are read, changed and cut there, and go with its room", async (store) => {
        await store.open("me");
        const log = threadLog("a", 1);
        const held = { ...room("a"), threads: [{ root: 1, seqs: [2, 3] }] };
        const texts = async (of = log) => (await store.events(of, 1, 9, 9, "oldest")).map((row) => row.type === "message.created" && row.message.content.text);
        await store.write({ rooms: [held, room("ab")], threadRows: [[log, said(1, "root")], [log, said(2, "two")], [log, said(3, "three")], [threadLog("ab", 1), said(2, "other")]] });
        await store.write({ changes: [{ room: log, seq: 2, row: said(2, "zwei", 5) }, { room: log, seq: 4, row: said(4, "vier", 6) }] });
        assert.deepEqual(await texts(), ["root", "zwei", "three"]);
        assert.deepEqual(await texts("a"), [], "and not in the room's");
        await store.write({ cut: [{ room: log, seq: 3 }] });
        assert.deepEqual(await texts(), ["three"]);
        assert.deepEqual((await store.open("me")).rooms.find(({ id }) => id === "a"), held);
        await store.write({ gone: ["a"] });
        assert.deepEqual([await texts(), await texts(threadLog("ab", 1))], [[], ["other"]]);
    }],
    ["people are found by their ids", async (store) => {
        await store.open("me");
        await store.write({ users: [fakeUser("ann"), fakeUser("bob")] });
        assert.deepEqual(await store.users(["bob", "zoe"]), [fakeUser("bob")]);
    }],
    ["another person sees nothing of the first, who then finds nothing either", async (store) => {
        await store.open("me");
        await store.write({ rooms: [room("a")], events: [event(1)], users: [fakeUser("ann")], values: [["k", 1]] });
        store.close();
        assert.deepEqual((await store.open("you")).rooms, []);
        assert.deepEqual(await store.events("a", 1, 9, 9, "oldest"), []);
        assert.deepEqual(await store.users(["ann"]), []);
        store.close();
        assert.deepEqual((await store.open("me")).rooms, []);
    }],
    ["wiping leaves nothing, or only what is unsent", async (store) => {
        const unsent: [string, unknown][] = [["act.n", { do: "pin" }], ["feed.draft:a", { value: {} }]];
        for (const butUnsent of [true, false]) {
            await store.open("me");
            await store.write({ rooms: [room("a")], events: [event(1)], rev: 3, values: [["k", 1], ...unsent], outbox: [["n", entry("n")]] });
            await store.wipe(butUnsent);
            assert.deepEqual(await store.open("me"), { rooms: [], outbox: butUnsent ? [entry("n")] : [], feed: [], values: butUnsent ? unsent : [], rev: 0 });
            assert.deepEqual(await store.events("a", 1, 9, 9, "oldest"), []);
        }
    }],
];

test("what the first version kept otherwise is emptied, what exists nowhere else stays", async () => {
    const factory = new IDBFactory();
    const old = await new Promise<IDBDatabase>((resolve) => {
        const request = factory.open("natternet.me", 1);
        request.onupgradeneeded = () => {
            for (const [name, keyPath] of Object.entries({ rooms: "id", users: "id", feed: "key", outbox: "nonce" })) request.result.createObjectStore(name, { keyPath });
            for (const name of ["log", "values"]) request.result.createObjectStore(name);
        };
        request.onsuccess = () => resolve(request.result);
    });
    const write = old.transaction(["rooms", "log", "outbox", "values"], "readwrite");
    write.objectStore("rooms").put(room("a", [[1, 9]]));
    write.objectStore("log").put(event(1), ["a", 1]);
    write.objectStore("outbox").put(entry("n1"));
    write.objectStore("values").put(7, "rev");
    write.objectStore("values").put("half", "own.draft.a");
    await new Promise((resolve) => (write.oncomplete = resolve));
    old.close();
    const store = new IndexedDbStore(factory);
    assert.deepEqual(await store.open("me"), { rooms: [], outbox: [entry("n1")], feed: [], values: [["draft.a", "half"]], rev: 0 });
    assert.deepEqual(await store.events("a", 1, 9, 9, "newest"), []);
});

for (const [name, make] of STORES) {
    for (const [sentence, check] of CONTRACT) test(`${name}: ${sentence}`, () => check(make()));
}

test("stretches that touch become one, and others stay apart", () => {
    const add = (...spans: Span[]) => spans.reduce<Span[]>((all, [from, to]) => addSpan(all, from, to), []);
    assert.deepEqual(add([1, 3], [4, 6]), [[1, 6]]);
    assert.deepEqual(add([8, 9], [1, 3]), [[1, 3], [8, 9]]);
    assert.deepEqual(add([1, 3], [8, 9], [2, 12], [20, 20]), [[1, 12], [20, 20]]);
    assert.deepEqual(add([5, 4]), []);
    const spans: Span[] = [[1, 3], [8, 12]];
    assert.deepEqual([spanAt(spans, 9), spanAt(spans, 5), heldIn(spans)], [[8, 12], undefined, 8]);
    assert.deepEqual([newestFrom(spans, 2), newestFrom(spans, 6), newestFrom(spans, 99)], [11, 3, 1]);
    assert.deepEqual(spansFrom(spans, 10), [[10, 12]]);
});
