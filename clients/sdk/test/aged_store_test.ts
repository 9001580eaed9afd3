import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredEvent } from "../src/mod.js";
import { threadLog } from "../src/store/kept_threads.js";
import { signedIn, type Setting } from "./support/signed_in.js";

const MINUTE = 60_000;
/** Long enough for what was gathered to be written. */
const GATHERED_MS = 1_000;

/** A room that keeps everything for an hour, on the clock of who hears of it. */
async function forAnHour() {
    const setting = await signedIn();
    const room = setting.server.rooms.get("a")!;
    const tell = (event: StoredEvent) => {
        event.created_at = new Date(setting.clock.now()).toISOString();
        if (event.type === "message.created") event.message.created_at = event.created_at;
        setting.server.tell(event);
        return event.seq;
    };
    tell(room.append({ type: "room.updated", sender: "ann", retention_s: 3_600 }));
    const say = (text: string) => tell(room.message("ann", text, { type: "text", text }).event);
    const answer = (root: number, text: string) => tell(room.answer("bob", root, text));
    return { ...setting, say, answer };
}

/** All words of the room and its threads that stand in the store. */
async function words({ store, clock }: Setting, ...roots: number[]): Promise<string[]> {
    await clock.advance(GATHERED_MS);
    const logs = ["a", ...roots.map((root) => threadLog("a", root))];
    const rows = (await Promise.all(logs.map((log) => store.events(log, 1, 999, 99, "oldest")))).flat();
    const kept = (await store.open("me")).rooms.flatMap(({ lastMessage }) => lastMessage ?? []);
    const messages = [...rows.flatMap((row) => (row.type === "message.created" ? [row.message] : [])), ...kept];
    return messages.flatMap(({ content }) => (content.type === "text" ? [content.text] : []));
}

test("what is too old leaves the store, preview and unread too, and who listens is told", async () => {
    const setting = await forAnHour();
    const expired: number[] = [];
    setting.client.on("expired", ({ through }) => expired.push(through));
    setting.say("secret");
    assert.deepEqual(await words(setting), ["secret", "secret"]);
    await setting.clock.advance(61 * MINUTE);
    assert.equal(expired.length > 0, true);
    assert.deepEqual([await words(setting), setting.client.rooms.get("a")?.unread, setting.client.rooms.lastMessage("a")], [[], 0, undefined]);
});

test("answers in a thread leave the store at their time, where no message of the room goes with them", async () => {
    const setting = await forAnHour();
    const root = setting.say("root");
    await setting.clock.advance(61 * MINUTE);
    setting.answer(root, "secret answer");
    assert.deepEqual(await words(setting, root), ["secret answer"]);
    await setting.clock.advance(61 * MINUTE);
    assert.deepEqual(await words(setting, root), []);
});

test("a preview of which the row is held no more leaves the store too", async () => {
    const setting = await forAnHour();
    setting.say("secret");
    await setting.clock.advance(GATHERED_MS);
    await setting.store.write({ cut: [{ room: "a", seq: 999 }] });
    assert.deepEqual(await words(setting), ["secret"]);
    await setting.clock.advance(61 * MINUTE);
    assert.deepEqual(await words(setting), []);
});
