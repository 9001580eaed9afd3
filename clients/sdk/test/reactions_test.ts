import assert from "node:assert/strict";
import { test } from "node:test";
import { reactionsOf, withReaction, withReactionsOf, type Message, type ReactionEvent } from "../src/mod.js";
import { signedIn, type Setting } from "./support/signed_in.js";

function message(reactions: Message["reactions"] = []): Message {
    return { room: "a", seq: 5, id: "a.5", sender: "ann", nonce: "n", content: { type: "text", text: "hi" }, created_at: "", count: 1, reactions };
}

function event(seq: number, emoji: string, people: number, sender = "ann", type: ReactionEvent["type"] = "reaction.added"): ReactionEvent {
    return { type, room: "a", seq, count: 1, sender, created_at: "", target: 5, emoji, people };
}

function shown(one: Message): string[] {
    return reactionsOf(one).map(({ emoji, count, mine }) => `${emoji} ${count}${mine ? " mine" : ""}`);
}

test("emoji are counted by the newest event, whatever the order they come in", () => {
    let one = message([{ emoji: "👍", count: 2, seq: 8, mine: true }]);
    one = withReaction(one, event(7, "👍", 1), "me");
    assert.deepEqual(shown(one), ["👍 2 mine"]);
    one = withReaction(one, event(9, "👍", 3, "bob"), "me");
    one = withReaction(one, event(10, "🎉", 1, "me"), "me");
    assert.deepEqual(shown(one), ["👍 3 mine", "🎉 1 mine"]);
    one = withReaction(one, event(11, "👍", 2, "me", "reaction.removed"), "me");
    one = withReaction(one, event(13, "🎉", 0, "me", "reaction.removed"), "me");
    one = withReaction(one, event(12, "🎉", 1, "me"), "me");
    assert.deepEqual(shown(one), ["👍 2"]);
});

test("an edit keeps the emoji, a deletion does not", () => {
    const before = message([{ emoji: "👍", count: 2, seq: 8, mine: true }]);
    const { reactions: _, ...words } = message();
    assert.deepEqual(shown(withReactionsOf({ ...words, edit_seq: 9 }, before)), ["👍 2 mine"]);
    const deleted = withReactionsOf({ ...words, edit_seq: 9, deleted_at: "now" }, before);
    assert.deepEqual(shown(withReaction(deleted, event(12, "👍", 1), "me")), []);
});

/** Somebody reacts to, or edits, what is `target`. */
function mark(setting: Setting, target: number, more: Partial<ReactionEvent>): void {
    const room = setting.server.rooms.get("a")!;
    setting.server.tell(room.append({ type: "reaction.added", sender: "ann", target, emoji: "👍", people: 1, ...more } as never));
}

async function kept({ client }: Setting, seq: number): Promise<string[]> {
    const { events } = await client.rooms.read("a", { around: seq }, 2);
    const found = events.find((one) => one.seq === seq);
    return found?.type === "message.created" ? [found.message.content.text, ...shown(found.message)] : [];
}

test("a message that is kept on the device has the emoji that came later, before and after it was written down", async () => {
    const setting = await signedIn();
    const { server, clock } = setting;
    const { seq } = server.write("a", "ann", "first");
    mark(setting, seq, {});
    await clock.advance(1_000);
    assert.deepEqual(await kept(setting, seq), ["first", "👍 1"]);
    mark(setting, seq, { people: 2, sender: "me" });
    await clock.advance(1_000);
    assert.deepEqual(await kept(setting, seq), ["first", "👍 2 mine"]);
    const known = server.rooms.get("a")!.messages().find((one) => one.seq === seq)!;
    const edited = { ...known, content: { type: "text", text: "second" }, edit_seq: 99 };
    server.tell(server.rooms.get("a")!.append({ type: "message.updated", sender: "ann", target: edited.seq, message: edited } as never));
    mark(setting, seq, { emoji: "🎉" });
    await clock.advance(1_000);
    assert.deepEqual(await kept(setting, seq), ["second", "👍 2 mine", "🎉 1"]);
    assert.equal(server.requests.filter((request) => request.endsWith("/messages")).length, 0, "all of it from the device");
});
