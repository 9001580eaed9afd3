import assert from "node:assert/strict";
import { test } from "node:test";
import { NatterError, type Message, type MessageCreated, type NatterClient, type OutboxEntry, type RoomEntry, type StoredEvent } from "@natternet/sdk";
import { Thread } from "../src/state/thread.js";
import { Timeline } from "../src/state/timeline.js";
import { FakeClient, created, entry, message, settle, view } from "./support/fake_client.js";

const answer = (seq: number, answers: number, sender = "bob"): MessageCreated => created({ ...message(seq, sender), thread: 1, answers }) as MessageCreated;

/** A server with a root and so many answers under it, seq 2 and on. */
function thread(count: number) {
    const log = Array.from({ length: count }, (_, n) => answer(n + 2, n + 1).message);
    const outbox: OutboxEntry[] = [];
    const read: number[] = [];
    const hidden = new Set<number>();
    const root: Message = { ...message(1, "ann"), ...(count > 0 && { answers: count, answered_at: "2026-01-01T00:00:00.000Z", answered_by: ["bob"] }) };
    /** What comes before the server's answer does; and whether there is one. */
    const meanwhile: StoredEvent[] = [];
    const wire: { offline: boolean; room?: RoomEntry } = { offline: false };
    const client = {
        user: { id: "me" },
        on: () => () => {},
        acts: { in: () => [] },
        hidden: { has: (_room: string, seq: number) => hidden.has(seq) },
        outbox: { in: () => outbox },
        rooms: { get: () => wire.room },
        threads: {
            read: async (_room: string, _root: number, answers: number) => void read.push(answers),
            open: async (_room: string, _root: number, { before = Infinity }: { before?: number }, limit: number) => {
                if (wire.offline) throw new NatterError("connection.lost", "offline");
                const older = log.filter(({ seq }) => seq < before);
                await null;
                for (const event of meanwhile.splice(0)) of.take(event);
                return { root, page: { messages: older.slice(-limit), has_older: older.length > limit, has_newer: false } };
            },
        },
    } as unknown as NatterClient;
    const of = new Thread(client, "a", 1, () => root);
    return { outbox, read, hidden, log, meanwhile, wire, thread: of };
}

const shown = (of: Thread) => of.get().rows.flatMap((row) => (row.kind === "message" ? [row.item.seq] : []));

test("a thread shows its newest answers, older ones on demand, and what comes", async () => {
    const { thread: of } = thread(60);
    await of.open();
    assert.deepEqual([shown(of).length, of.get().hasOlder, of.get().root?.answers], [50, true, 60]);
    await of.older();
    assert.deepEqual([shown(of).length, of.get().hasOlder], [60, false]);
    of.take(answer(70, 61));
    of.take(created(message(71)));
    of.take({ ...answer(72, 1), message: { ...answer(72, 1).message, thread: 9 } } as StoredEvent);
    await settle();
    assert.deepEqual([shown(of).at(-1), shown(of).length, of.get().root?.answers], [70, 61, 61]);
});

test("an answer that one has deleted for oneself is not shown, nor is what the thread is under, until one takes that back", async () => {
    const { thread: of, hidden } = thread(3);
    await of.open();
    hidden.add(4).add(1);
    of.refresh();
    await settle();
    assert.deepEqual([shown(of), of.get().first, of.get().newest, of.get().root?.seq], [[2, 3], null, null, 1]);
    hidden.clear();
    of.refresh();
    await settle();
    assert.deepEqual([shown(of), of.get().first?.kind], [[2, 3, 4], "message"]);
});

test("what is on its way to a thread is shown there, and not in the room", async () => {
    const { thread: of, outbox } = thread(0);
    await of.open();
    outbox.push({ ...entry("mine", "pending"), thread: 1 }, { ...entry("other", "pending") });
    of.refresh();
    await settle();
    assert.deepEqual(of.get().rows.flatMap((row) => (row.kind === "message" ? [row.key] : [])), ["mine"]);
    const fake = new FakeClient();
    fake.log = [message(1)];
    fake.entries = outbox;
    const timeline = new Timeline(fake.client, "a");
    await timeline.open();
    await settle();
    timeline.take(answer(2, 1));
    await settle();
    const rows = timeline.get().rows.flatMap((row) => (row.kind === "message" ? [row.item] : []));
    assert.deepEqual(rows.map(({ nonce, answers }) => [nonce, answers]).at(-1), ["other", 0]);
    assert.equal(rows.length, 2);
    assert.equal(rows[0]!.answers, 1, "its root knows of the answer");
});

test("who sees the end of a thread has read all of it", async () => {
    const { thread: of, read } = thread(3);
    of.seen();
    await of.open();
    of.seen();
    of.take(answer(9, 4));
    await settle();
    of.seen();
    assert.deepEqual(read, [3, 4]);
});

test("what comes while a thread is being read is not undone by what was read", async () => {
    const { thread: of, meanwhile } = thread(2);
    const edited = { ...answer(3, 2).message, content: { type: "text", text: "edited" } as const, edited_at: "now", edit_seq: 10 };
    meanwhile.push(answer(9, 3, "cal"), { ...created(edited), type: "message.updated", seq: 10, target: edited.seq } as StoredEvent);
    await of.open();
    await settle();
    const texts = of.get().rows.flatMap((row) => (row.kind === "message" ? [row.item.text] : []));
    assert.deepEqual([shown(of), texts[1], of.get().root?.answers], [[2, 3, 9], "edited", 3]);
});

test("without a connection a thread shows what it is under and what is on its way, and nothing counts as read", async () => {
    const { thread: of, outbox, wire, read } = thread(1);
    wire.offline = true;
    outbox.push({ ...entry("mine", "pending"), thread: 1 });
    await of.open();
    assert.deepEqual([of.get().root?.seq, shown(of), of.get().error], [1, [null], "connection.lost"]);
    of.seen();
    assert.deepEqual(read, []);
    wire.offline = false;
    await of.again();
    assert.deepEqual(shown(of), [2, null]);
});

test("after more answers than a page went by unseen, a thread begins anew with the newest", async () => {
    const { thread: of, log } = thread(3);
    await of.open();
    log.push(...Array.from({ length: 70 }, (_, n) => answer(n + 10, n + 4).message));
    await of.again();
    assert.deepEqual([shown(of).length, shown(of)[0], of.get().hasOlder], [50, 30, true]);
    await of.older();
    assert.deepEqual([shown(of).length, of.get().hasOlder], [73, false]);
});

test("a thread is read back as far as the answer that somebody is led to", async () => {
    const { thread: of } = thread(180);
    await of.reach(60);
    assert.ok(of.holds(60));
    assert.deepEqual([shown(of).length, of.get().hasOlder], [150, true]);
    await of.reach(1_000);
    assert.equal(shown(of).length, 150, "one that has not come yet is not looked for further back");
});

test("an answer under what is not shown is news to whoever looks at the room, which is read up to it", async () => {
    const fake = new FakeClient();
    fake.log = [1, 2, 3].map((seq) => message(seq));
    fake.views = [view("a", { last_seq: 3 })];
    const timeline = new Timeline(fake.client, "a");
    await timeline.open();
    await settle();
    const before = timeline.get().rows;
    timeline.take({ ...answer(4, 1), message: { ...answer(4, 1).message, thread: 9 } } as StoredEvent);
    await settle();
    assert.notEqual(timeline.get().rows, before);
});

test("answers that come by take no room in their room's timeline", async () => {
    const fake = new FakeClient();
    fake.log = [1, 2, 3].map((seq) => message(seq));
    fake.views = [view("a", { last_seq: 1_304 })];
    const timeline = new Timeline(fake.client, "a");
    await timeline.open();
    for (let n = 0; n < 1_300; n++) timeline.take(answer(n + 4, n + 1));
    timeline.take(created(message(1_304)));
    timeline.seen();
    await settle();
    const rows = timeline.get().rows.flatMap((row) => (row.kind === "message" ? [row.item] : []));
    assert.deepEqual([rows.map(({ seq }) => seq), rows[0]!.answers, timeline.get().hasNewer], [[1, 2, 3, 1_304], 1_300, false]);
});

test("under a message that has disappeared, or is from before one joined, nothing is asked for", async () => {
    const { thread: of, wire } = thread(1);
    wire.offline = true;
    wire.room = { ...view("a"), first_seq: 2 };
    await of.open();
    assert.equal(of.get().error, "message.not_found");
});
