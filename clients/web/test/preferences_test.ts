import assert from "node:assert/strict";
import { test } from "node:test";
import { standingOf } from "../src/app/version.js";
import { beside, inOrder, loudUnread, inFolder } from "../src/features/rooms/order.js";
import { bestFits, fitOf } from "../src/features/text/fit.js";
import { NO_MARKS } from "../src/state/room_marks.js";
import { Preferences } from "../src/state/preferences.js";

function keeper(kept: string | null) {
    return { kept, getItem: () => kept, setItem: (_: string, value: string) => (kept = value), read: () => JSON.parse(kept ?? "null") };
}

test("what a person likes is kept, and read again", () => {
    const box = keeper(null);
    const preferences = new Preferences(box);
    preferences.change({ theme: "dark" });
    preferences.usedEmoji("👍");
    const again = new Preferences(box).get();
    assert.deepEqual([again.theme, again.emoji, again.density], ["dark", ["👍"], "cosy"]);
});

test("a broken or foreign record counts as none, entry by entry", () => {
    for (const text of ["{", "null", "7", '"x"']) assert.equal(new Preferences(keeper(text)).get().theme, "system");
    const odd = new Preferences(keeper('{"theme":"pink","density":"compact","muted":[1],"skinTone":9,"sound":"yes"}')).get();
    assert.deepEqual([odd.theme, odd.density, odd.muted, odd.skinTone, odd.sound], ["system", "compact", [], 0, false]);
});

const rooms = ["a", "b", "c"].map((id, index) => ({ room: { id, kind: "group" as const, unread: index, mentions: Math.min(index, 1) } }));

test("pinned rooms come first, the others keep their order", () => {
    const liked = { pinned: ["c"] };
    assert.deepEqual(inOrder(rooms, liked).map(({ room }) => room.id), ["c", "a", "b"]);
});

test("unread messages of muted rooms do not count", () => {
    assert.equal(loudUnread(rooms, { ...NO_MARKS, muted: ["c"] }), 1);
    assert.equal(loudUnread(rooms, { ...NO_MARKS, standard: "mentions" }), 2, "of some those alone that speak to oneself");
    assert.equal(loudUnread(rooms, { ...NO_MARKS, standard: "none", levels: new Map([["c", "all"]]) }), 2);
});

test("a folder has the rooms that are in it, in their order", () => {
    const of = { inFolder: new Map([["c", "work"], ["a", "work"], ["b", "home"]]) };
    assert.deepEqual(inFolder(rooms, "work", of).map(({ room }) => room.id), ["a", "c"]);
    assert.equal(inFolder(rooms, null, of).length, 3);
});

test("the chat before or after another one is of the list in which that one is", () => {
    const [work, list, away] = [["c", "a"], ["a", "b", "c"], ["x", "y"]].map((ids) => ids.map((id) => ({ room: { id } })));
    const from = (current: string | null, step: 1 | -1) => beside([work!, list!, away!], current, step);
    assert.deepEqual([from("c", 1), from("c", -1), from("b", 1)], ["a", undefined, "c"]);
    assert.deepEqual([from("x", 1), from("y", -1), from("x", -1)], ["y", "x", undefined], "of those that were put away too");
    assert.deepEqual([from(null, 1), from("gone", -1)], ["c", "c"]);
    assert.equal(beside([[], []], null, 1), undefined);
});

test("names are found by their beginning first, without regard to case and accents", () => {
    assert.deepEqual([fitOf("José Alvarez", "jose"), fitOf("Ann Jose", "jose"), fitOf("xjose", "jose"), fitOf("Ann", "b")], [3, 2, 1, 0]);
    assert.deepEqual(bestFits(["Tea in Rome", "Rome", "Aroma", "Paris"], "rom", (name) => name), ["Rome", "Tea in Rome", "Aroma"]);
    assert.equal(fitOf("Island weekend", "week isl"), 1);
});

test("a server is newer or older by its first two numbers", () => {
    const standings = ["0.1.0", "0.1.9", "0.2.0", "1.0.0", "0.0.9", "dev"].map((server) => standingOf(server, "0.1.3"));
    assert.deepEqual(standings, ["same", "same", "newer", "newer", "older", "same"]);
});
