import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, NatterError, type NatterClient } from "../src/mod.js";
import { KeptThreads, threadLog } from "../src/store/kept_threads.js";
import { ThreadHistory } from "../src/thread_history.js";
import { FakeRoom } from "./support/fake_world.js";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

/** Long enough for what was gathered to be written. */
const GATHERED_MS = 1_000;

const texts = ({ messages }: { messages: { content: { text: string } }[] }) => messages.map(({ content }) => content.text);
const answer = ({ server }: Setting, root: number, text: string, sender = "ann") => {
    const event = server.rooms.get("a")!.answer(sender, root, text);
    server.tell(event);
    return event;
};

/** The program ends and begins again without a network. */
async function reopened(setting: Setting): Promise<NatterClient> {
    await setting.clock.advance(GATHERED_MS);
    setting.client.close();
    setting.server.down = true;
    const next = setting.again();
    assert.equal(next.resume(), true);
    await setting.clock.advance(0);
    return next;
}

async function withRoot(): Promise<Setting & { root: number }> {
    const setting = await signedIn();
    return { ...setting, root: setting.server.write("a", "bob", "root").seq };
}

test("a thread that was read is there without a network, with what came since", async () => {
    const setting = await withRoot();
    answer(setting, setting.root, "one");
    await setting.client.threads.open("a", setting.root);
    answer(setting, setting.root, "two");
    const next = await reopened(setting);
    const { root, page } = await next.threads.open("a", setting.root);
    assert.deepEqual([root.content.text, root.answers, texts(page), page.has_older], ["root", 2, ["one", "two"], false]);
});

test("one that was never read is there as far as its answers came by", async () => {
    const setting = await withRoot();
    for (const text of ["one", "two"]) answer(setting, setting.root, text);
    const next = await reopened(setting);
    const { root, page } = await next.threads.open("a", setting.root);
    assert.deepEqual([root.answers, texts(page), page.has_older], [2, ["one", "two"], false]);
    assert.deepEqual((await next.rooms.read("a", {}, 9)).events.flatMap((event) => (event.type === "message.created" ? [event.message.seq] : [])), [setting.root], "answers are not among the room's own");
});

test("edits, deletions and emoji reach what is held of a thread", async () => {
    const setting = await withRoot();
    const { server, client, root } = setting;
    const seqs = ["one", "two", "three"].map((text) => answer(setting, root, text).seq);
    await client.threads.open("a", root);
    await setting.clock.advance(GATHERED_MS);
    const room = server.rooms.get("a")!;
    const message = (seq: number) => room.messages().find((one) => one.seq === seq)!;
    const tell = (draft: object) => server.tell(room.append(draft as never));
    tell({ type: "message.updated", sender: "ann", message: { ...message(seqs[0]!), content: { type: "text", text: "uno" }, edit_seq: 20 } });
    tell({ type: "message.deleted", sender: "ann", message: { ...message(seqs[1]!), content: { type: "deleted", text: "" }, deleted_at: "now", edit_seq: 21 } });
    tell({ type: "reaction.added", sender: "bob", target: seqs[2]!, emoji: "👍", people: 1 });
    tell({ type: "message.updated", sender: "bob", message: { ...message(root), content: { type: "text", text: "wurzel" }, edit_seq: 22 } });
    const next = await reopened(setting);
    const held = await next.threads.open("a", root);
    assert.deepEqual([held.root.content.text, texts(held.page)], ["wurzel", ["uno", "", "three"]]);
    assert.equal(held.page.messages[2]!.reactions?.[0]?.count, 1);
});

test("older answers are read from what is held", async () => {
    const setting = await withRoot();
    const { client, root } = setting;
    for (let n = 1; n <= 6; n++) answer(setting, root, `${n}`);
    const { page } = await client.threads.open("a", root, {}, 3);
    assert.deepEqual(texts(page), ["4", "5", "6"]);
    const next = await reopened(setting);
    const older = await next.threads.open("a", root, { before: page.messages[0]!.seq }, 2);
    assert.deepEqual([texts(older.page), older.page.has_older], [["2", "3"], true]);
});

test("before a gap nothing is shown as if the rest followed it", async () => {
    const store = new MemoryStore();
    await store.open("me");
    const room = new FakeRoom("a", "group", "Room");
    const { event } = room.message("bob", "n", { type: "text", text: "root" });
    const rows = ["one", "two", "three"].map((text) => room.answer("ann", 1, text)).filter((_, at) => at !== 1);
    await store.write({ threadRows: [event, ...rows].map((row) => [threadLog("a", 1), row]) });
    const offline = () => Promise.reject(new NatterError("connection.lost", "offline"));
    const history = new ThreadHistory(store, { flush: async () => {}, keep: () => {}, last: () => 0, root: offline, page: offline });
    const { page } = await history.read("a", 1, {}, 9);
    assert.deepEqual([texts(page), page.has_older], [["three"], true]);
});

test("what is not held is not made up: the error of the connection stands", async () => {
    const setting = await withRoot();
    const next = await reopened(setting);
    const { page } = await next.threads.open("a", setting.root);
    assert.deepEqual(texts(page), [], "nobody had answered");
    await assert.rejects(next.threads.open("a", setting.root, { before: 5 }), NatterError);
    await assert.rejects(next.threads.open("a", 99), NatterError);
});

test("a thread in which too much went by unseen is forgotten, and read anew", async () => {
    const setting = await signedIn(() => {}, { catchUp: 500 });
    const { server, client, clock } = setting;
    const root = server.write("a", "bob", "root").seq;
    answer(setting, root, "one");
    await client.threads.open("a", root);
    await clock.advance(GATHERED_MS);
    assert.equal((await setting.store.events(threadLog("a", root), 1, 99, 9, "newest")).length, 2);
    server.down = true;
    server.hangUp(1006);
    for (let n = 0; n < 2_000; n++) server.write("a", "ann", `m${n}`, true);
    server.down = false;
    await clock.advance(3_000);
    await clock.advance(GATHERED_MS);
    assert.deepEqual(await setting.store.events(threadLog("a", root), 1, 99, 9, "newest"), []);
    assert.deepEqual(texts((await client.threads.open("a", root)).page), ["one"]);
});

test("what was answered without a connection waits over a restart, and goes to its thread", async () => {
    const setting = await withRoot();
    answer(setting, setting.root, "one");
    await setting.client.threads.open("a", setting.root);
    setting.server.down = true;
    setting.server.hangUp(1006);
    void setting.client.sendText("a", "from the tunnel", undefined, [], setting.root).catch(() => {});
    await settle();
    const next = await reopened(setting);
    assert.deepEqual(next.outbox.in("a").map(({ content, thread, state }) => [content.text, thread, state]), [["from the tunnel", setting.root, "pending"]]);
    setting.server.down = false;
    await setting.clock.advance(60_000);
    const sent = setting.server.commands.findLast(({ type }) => type === "message.send");
    assert.equal(sent?.thread, setting.root);
});

test("so many threads and answers are held, and no more", () => {
    const threads = new KeptThreads({ threads: 2, rows: 2 });
    const one = threadLog("a", 1);
    assert.deepEqual(threads.add("a", 1, [5, 3]), []);
    assert.deepEqual(threads.add("a", 1, [4, 6, 3]), []);
    assert.deepEqual(threads.add("a", 1, [7]), [{ log: one, seq: 6 }], "past twice as many the oldest go");
    assert.deepEqual(threads.of("a"), [{ root: 1, seqs: [6, 7] }]);
    assert.deepEqual(threads.logsWith("a", 7), [one]);
    threads.add("b", 2, [9]);
    threads.add("a", 1, [8]);
    assert.deepEqual(threads.add("b", 3, [10]), [{ log: threadLog("b", 2), seq: Infinity }], "that of which nothing was heard for longest");
    const again = new KeptThreads();
    again.restore([{ id: "a", threads: threads.of("a") }, { id: "c" }]);
    assert.deepEqual(again.of("a"), [{ root: 1, seqs: [6, 7, 8] }]);
    assert.deepEqual(again.forget("a"), [{ log: one, seq: Infinity }]);
});
