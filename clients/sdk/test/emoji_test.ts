// The emoji of the server: kept from the last time, asked for when they changed, known by former names too.

import assert from "node:assert/strict";
import { test } from "node:test";
import { emojiImage, ServerEmoji, type ClientEvents, type Emoji, type EmojiSource, type ListEmojiAnswer } from "../src/mod.js";
import { Emitter } from "../src/emitter.js";

const emoji = (name: string, former_names?: string[]): Emoji => ({
    id: name, name, image: `${name}-image`, media_type: "image/png", width: 1, height: 1, animated: false, bytes: 9, by: "ann", created_at: "",
    ...(former_names && { former_names }),
});

/** As much of a client as they need. */
class FakeClient extends Emitter<ClientEvents> {
    readonly kept = new Map<string, unknown>();
    answer: ListEmojiAnswer | null = { version: 1, emoji: [emoji("boat")] };
    asked = 0;
    user: object | null = { id: "me" };
    readonly values = { get: (key: string) => this.kept.get(key), set: (key: string, value: unknown) => void this.kept.set(key, value) };
    readonly api = {
        call: () => {
            this.asked += 1;
            return this.answer ? Promise.resolve(this.answer) : Promise.reject(new Error("away"));
        },
    };
    get source(): EmojiSource {
        return this as unknown as EmojiSource;
    }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const names = (all: readonly Emoji[]) => all.map(({ name }) => name);

test("they are asked for at once, and again when the server says that they are others", async () => {
    const client = new FakeClient();
    let changes = 0;
    const own = new ServerEmoji(client.source, () => (changes += 1), 0);
    await settled();
    assert.deepEqual([names(own.all), changes, client.asked], [["boat"], 1, 1]);
    client.emit("emoji", 1); // which is known
    await settled();
    assert.equal(client.asked, 1);
    client.answer = { version: 2, emoji: [emoji("ship", ["boat"]), emoji("tree")] };
    client.emit("emoji", 2);
    await settled();
    assert.deepEqual([names(own.all), changes, client.asked], [["ship", "tree"], 2, 2]);
    own.close();
    client.emit("emoji", 3);
    await settled();
    assert.equal(client.asked, 2);
});

test("what is kept from the last time is told of before the constructor has returned", () => {
    const client = new FakeClient();
    client.kept.set("server-emoji", { version: 3, emoji: [emoji("boat")] });
    const told: (readonly string[])[] = [];
    new ServerEmoji(client.source, (own) => told.push(names(own.all)), 0).close();
    assert.deepEqual(told, [["boat"]]);
});

test("one is known by the name that it has and by those it had, unless another has them now", async () => {
    const client = new FakeClient();
    client.answer = { version: 5, emoji: [emoji("boat"), emoji("ship", ["boat", "raft"])] };
    const own = new ServerEmoji(client.source, () => {}, 0);
    await settled();
    assert.equal(own.get("raft")?.name, "ship");
    assert.equal(own.get("boat")?.name, "boat");
    assert.equal(own.get("tree"), undefined);
    assert.equal(emojiImage(own.get("ship")!), "/api/v1/emoji/ship-image");
    own.close();
});

test("without a connection they are those of the last time; who signs out takes them along", async () => {
    const client = new FakeClient();
    const first = new ServerEmoji(client.source, () => {}, 0);
    await settled();
    first.close();
    client.answer = null;
    const own = new ServerEmoji(client.source, () => {}, 0);
    assert.deepEqual(names(own.all), ["boat"]);
    client.emit("signed_out", "signed_out");
    assert.deepEqual(names(own.all), []);
    own.close();
});
