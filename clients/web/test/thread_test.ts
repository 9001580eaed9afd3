import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message, MessageCreated, NatterClient, OutboxEntry, StoredEvent } from "@natternet/sdk";
import { Thread } from "../src/state/thread.js";
import { Timeline } from "../src/state/timeline.js";
import { FakeClient, created, entry, message, settle } from "./support/fake_client.js";

const answer = (seq: number, answers: number, sender = "bob"): MessageCreated => created({ ...message(seq, sender), thread: 1, answers }) as MessageCreated;

/** A server with a root and so many answers under it, seq 2 and on. */
function thread(count: number) {
    const log = Array.from({ length: count }, (_, n) => answer(n + 2, n + 1).message);
    const outbox: OutboxEntry[] = [];
    const read: number[] = [];
    const root: Message = { ...message(1, "ann"), ...(count > 0 && { answers: count, answered_at: "2026-01-01T00:00:00.000Z", answered_by: ["bob"] }) };
    const client = {
        user: { id: "me" },
        on: () => () => {},
        acts: { in: () => [] },
        outbox: { in: () => outbox },
        messages: { get: async () => root },
        threads: {
            read: async (_room: string, _root: number, answers: number) => void read.push(answers),
            page: async (_room: string, _root: number, { before = Infinity }: { before?: number }, limit: number) => {
                const older = log.filter(({ seq }) => seq < before);
                return { messages: older.slice(-limit), has_older: older.length > limit, has_newer: false };
            },
        },
    } as unknown as NatterClient;
    return { outbox, read, thread: new Thread(client, "a", 1) };
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
