import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, type Batch, type Message, type NatterClient, type StoredEvent } from "../src/mod.js";
import { settle } from "./support/manual_clock.js";
import { signedIn, type Setting } from "./support/signed_in.js";

/** Long enough for what was gathered to be written. */
const GATHERED_MS = 1_000;

function write(setting: Setting, count: number, from = 0): void {
    for (let n = from; n < from + count; n++) setting.server.write("a", "ann", `m${n}`);
}

async function texts(client: NatterClient, ...args: Parameters<NatterClient["rooms"]["read"]>): Promise<string[]> {
    const { events } = await client.rooms.read(...args);
    return events.flatMap((event) => (event.type === "message.created" ? [event.message.content.text] : []));
}

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

test("rooms, messages, people and values are there before any network", async () => {
    const setting = await signedIn();
    write(setting, 5);
    setting.client.values.set("draft.a", "half a thou");
    setting.client.people.get("ann");
    const next = await reopened(setting);
    assert.equal(next.rooms.get("a")?.unread, 5);
    assert.equal(next.rooms.lastMessage("a")?.content.text, "m4");
    assert.deepEqual(await texts(next, "a"), ["m0", "m1", "m2", "m3", "m4"]);
    assert.equal(next.values.get("draft.a"), "half a thou");
    next.people.get("ann");
    await setting.clock.advance(100);
    assert.equal(next.people.get("ann")?.display_name, "ann");
    assert.equal(next.connection, "offline");
});

test("the next run asks the server for the difference alone", async () => {
    const setting = await signedIn();
    write(setting, 5);
    const next = await reopened(setting);
    const heard: string[] = [];
    next.on("message", ({ message, backlog }) => heard.push(`${message.content.text} ${backlog}`));
    write(setting, 2, 5);
    setting.server.down = false;
    await setting.clock.advance(2_000);
    const sync = setting.server.commands.findLast(({ type }) => type === "sync");
    assert.deepEqual(sync?.rooms, { a: 9 });
    assert.deepEqual(heard, ["m5 false", "m6 false"]);
});

test("a stretch that was read once is not asked for again", async () => {
    const setting = await signedIn();
    const { server, client, clock } = setting;
    for (let n = 0; n < 300; n++) server.write("a", "ann", `m${n}`, true);
    server.hangUp(1006);
    await clock.advance(3_000);
    const before = client.rooms.get("a")!.last_seq - 249;
    await client.rooms.read("a", { before }, 20);
    const asked = () => server.requests.filter((request) => request.endsWith("/messages")).length;
    const count = asked();
    assert.equal((await texts(client, "a", { before }, 20)).length, 20);
    assert.equal((await texts(client, "a", { around: before }, 20)).at(0), "m40");
    assert.equal(asked(), count);
});

test("where too much was missed the log goes on with the newest, and history closes the gap", async () => {
    const setting = await signedIn(() => {}, { catchUp: 500 });
    const { server, client, clock } = setting;
    const skipped: number[] = [];
    client.on("skipped", ({ seq }) => skipped.push(seq));
    write(setting, 3);
    await clock.advance(GATHERED_MS);
    server.down = true;
    server.hangUp(1006);
    for (let n = 3; n < 2_000; n++) server.write("a", "ann", `m${n}`, true);
    server.down = false;
    await clock.advance(3_000);
    assert.equal(skipped.length, 1);
    assert.equal(client.rooms.get("a")?.last_seq, server.rooms.get("a")!.lastSeq);
    assert.equal(setting.heard.at(-1), "a:m1999");
    assert.ok(setting.heard.length < 500);
    await clock.advance(GATHERED_MS);
    const last = server.rooms.get("a")!.lastSeq;
    // What was held before may have been edited meanwhile.
    assert.deepEqual(await setting.store.spans("a"), [[skipped[0]! + 1, last]]);
    assert.deepEqual(await setting.store.events("a", 1, skipped[0]!, 9, "newest"), []);
    assert.deepEqual(await texts(client, "a", { before: 8 }, 3), ["m0", "m1", "m2"]);
});

/** All that a store holds, as it would be found by who looks through it. */
function wordsIn(store: Setting["store"]): string {
    const seen = new Set<unknown>();
    const plain = (value: unknown): unknown => {
        if (typeof value !== "object" || value === null) return typeof value === "function" ? undefined : value;
        if (seen.has(value)) return undefined;
        seen.add(value);
        if (value instanceof Map) return [...value].map(plain);
        if (value instanceof Set) return [...value].map(plain);
        return Object.values(value).map(plain);
    };
    return JSON.stringify(plain(store));
}

test("deleted words leave the device too: those of a message before one's eyes, and of one deleted while one was away", async () => {
    const setting = await signedIn();
    const { server, clock, client, store } = setting;
    const remove = (target: number) => {
        const room = server.rooms.get("a")!;
        const { message } = room.log[target - 1] as Extract<StoredEvent, { type: "message.created" }>;
        const gone: Message = { ...message, content: { type: "text", text: "" }, deleted_at: message.created_at };
        room.log[target - 1] = { ...room.log[target - 1], message: gone } as StoredEvent;
        return room.append({ type: "message.deleted", sender: "ann", target, message: gone });
    };
    const say = (nonce: string, text: string) => {
        const { event } = server.rooms.get("a")!.message("ann", nonce, { type: "text", text });
        server.tell(event);
        return event.seq;
    };
    const [live, away] = [say("n1", "abracadabra"), say("n2", "hocuspocus")];
    await client.rooms.read("a");
    await clock.advance(GATHERED_MS);
    assert.match(wordsIn(store), /abracadabra.*hocuspocus|hocuspocus.*abracadabra/);
    server.tell(remove(live));
    await clock.advance(GATHERED_MS);
    assert.doesNotMatch(wordsIn(store), /abracadabra/);
    const next = await reopened(setting);
    assert.match(wordsIn(store), /hocuspocus/);
    remove(away);
    server.down = false;
    await clock.advance(2_000 + GATHERED_MS);
    assert.equal(next.connection, "online");
    assert.doesNotMatch(wordsIn(store), /hocuspocus/);
});

test("signing out leaves nothing on the device; an ended session leaves what was not sent", async () => {
    for (const ending of ["signed_out", "session_ended"]) {
        const setting = await signedIn();
        write(setting, 3);
        await setting.clock.advance(GATHERED_MS);
        setting.server.mute = true;
        void setting.client.sendText("a", "unsent").catch(() => {});
        await settle();
        setting.server.mute = false;
        if (ending === "signed_out") await setting.client.signOut();
        else setting.server.hangUp(4003);
        await settle();
        const kept = await setting.store.open("me");
        assert.deepEqual([kept.rooms, kept.values], [[], []]);
        assert.equal(kept.outbox.length, ending === "signed_out" ? 0 : 1);
        assert.deepEqual(await setting.store.events("a", 1, 99, 9, "newest"), []);
    }
});

test("a store that fails is left alone, and nothing waits for it", async () => {
    class FullStore extends MemoryStore {
        writes = 0;
        override write(_: Batch): Promise<void> {
            this.writes += 1;
            return Promise.reject(new Error("quota"));
        }
    }
    const store = new FullStore();
    const setting = await signedIn(() => {}, { store });
    write(setting, 3);
    await setting.clock.advance(GATHERED_MS);
    write(setting, 3, 3);
    await setting.clock.advance(GATHERED_MS);
    assert.equal(store.writes, 1);
    assert.deepEqual(setting.heard.length, 6);
    assert.deepEqual((await texts(setting.client, "a")).at(-1), "m5");
});

test("what was said last in a room is known also where twenty events came since, and after a restart", async () => {
    const setting = await signedIn((server) => {
        server.write("a", "ann", "good news", true);
        for (let n = 0; n < 25; n++) server.rooms.get("a")!.append({ type: "room.updated", sender: "ann", topic: `news ${n}` });
    });
    assert.equal(setting.client.rooms.lastMessage("a")?.content.text, "good news");
    assert.equal((await reopened(setting)).rooms.lastMessage("a")?.content.text, "good news");
});

test("more rooms than one frame can name are synced by ranges", async () => {
    const setting = await signedIn((server) => {
        for (let n = 0; n < 4_500; n++) server.room(`r${n}`, "ann");
    });
    const { server, client, clock } = setting;
    server.down = true;
    server.hangUp(1006);
    server.room("r77x", "ann");
    server.write("r4499", "ann", "late", true);
    server.rooms.get("r1")!.members.splice(0, 1);
    server.down = false;
    const before = server.commands.length;
    await clock.advance(3_000);
    const syncs = server.commands.slice(before).filter(({ type }) => type === "sync");
    assert.equal(syncs.length, 3);
    assert.ok(syncs.every((sync) => JSON.stringify(sync).length < 60_000));
    assert.equal(client.rooms.all().length, 4_501);
    assert.equal(client.rooms.lastMessage("r4499")?.content.text, "late");
    assert.equal(client.rooms.get("r1"), undefined);
    assert.ok(client.rooms.get("r77x"));
});
