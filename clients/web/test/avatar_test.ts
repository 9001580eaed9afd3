import assert from "node:assert/strict";
import { test } from "node:test";
import { hueOf, initialsOf } from "../src/ui/Avatar.js";

test("who has no picture has the initials of any script, and those of a group are its first two words", () => {
    const people = ["Ann Ash", "ann", "Ann Berta Cedar", "  (ann)  ash! ", "Émile Zola", "김 민수", "Мария", "ßen ärger", "𝒜 𝓑", "", "…"];
    assert.deepEqual(people.map((name) => initialsOf(name, false).replaceAll("\u200c", "")), ["AA", "A", "AC", "AA", "ÉZ", "김민", "М", "SSÄ", "𝒜𝓑", "?", "?"]);
    assert.equal(initialsOf("Tea and Cake", true), "T\u200cA");
    assert.equal(initialsOf("مريم علي", false), "م\u200cع", "letters that would join do not");
});

test("a colour is of the id: the same for any name, one of twelve, and all are used", () => {
    assert.equal(hueOf("AjxcvCqZtnE"), hueOf("AjxcvCqZtnE"));
    const hues = new Set(Array.from({ length: 1_000 }, (_, n) => hueOf(`id${n}`)));
    assert.deepEqual([...hues].toSorted((a, b) => a - b), Array.from({ length: 12 }, (_, n) => n));
});
