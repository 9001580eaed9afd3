import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { IntlMessageFormat } from "intl-messageformat";
import { formatMessage } from "../src/i18n/message.js";
import { hrefOf, parseRoute, withoutSeq, type Route } from "../src/routes/route.js";

const LANGUAGES = ["en", "de", "ar"];

function catalogue(language: string): Record<string, string> {
    return JSON.parse(readFileSync(`../../locales/${language}.json`, "utf8")) as Record<string, string>;
}

test("names and numbers are filled in", () => {
    assert.equal(formatMessage("{name}: {text}", { name: "Ann", text: "{x}" }, "en"), "Ann: {x}");
    assert.equal(formatMessage("{count} people", { count: 1234 }, "en"), "1,234 people");
});

test("plurals follow the language, with exact numbers before all", () => {
    const words = "{n, plural, =0 {nobody} one {# person} other {# people, {who} too}}";
    const say = (n: number) => formatMessage(words, { n, who: "Ann" }, "en");
    assert.deepEqual([say(0), say(1), say(2)], ["nobody", "1 person", "2 people, Ann too"]);
});

test("choices by word, ordinals, choices in choices and literal braces are understood", () => {
    const guests = "{who, select, her {{n, plural, one {her guest} other {her # guests}}} other {their guests}}";
    const say = (who: string, n: number) => formatMessage(guests, { who, n }, "en");
    assert.deepEqual([say("her", 1), say("her", 3), say("x", 3)], ["her guest", "her 3 guests", "their guests"]);
    assert.equal(formatMessage("{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", { n: 22 }, "en"), "22nd");
    assert.equal(formatMessage("it''s '{literal}' isn't", {}, "en"), "it's {literal} isn't");
});

test("what is not well-formed is refused with its place", () => {
    for (const message of ["{", "}", "{a", "{a, plural}", "{a, plural, one {x}}", "{a, number}", "{a, plural, other {x}"]) {
        assert.throws(() => formatMessage(message, { a: 1 }, "en"), SyntaxError, message);
    }
});

test("every message of every language says what the reference implementation of ICU MessageFormat says", () => {
    for (const language of LANGUAGES) {
        for (const [key, message] of Object.entries(catalogue(language))) {
            if (/\{count\}/.test(message)) continue; // the reference writes such numbers without the language's digits
            const reference = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
            for (const count of [0, 1, 2, 3, 5, 10, 11, 12, 99, 100, 101, 102, 103, 1000, 1234]) {
                const values = { count, name: "N", names: "A, B", text: "T", who: "W", by: "B", time: "Z", code: "C", room: "R", browser: "X", system: "Y", language: "L", emoji: "👍", where: "H", version: "1.2", role: "Q", topic: "P", used: "U", uses: "V", act: "D", share: "S", option: "O", policy: "F", what: "G", entry: "E", kb: "K", side: "M" };
                assert.equal(formatMessage(message, values, language), reference.format(values), `${language} ${key} ${count}`);
            }
        }
    }
});

test("a route written is the route read", () => {
    const routes: Route[] = [
        { at: "home" },
        { at: "new" },
        { at: "settings" },
        { at: "settings", section: "appearance" },
        { at: "room", room: "a/b c" },
        { at: "room", room: "a", seq: 17 },
        { at: "details", room: "Rä" },
        { at: "admin", tab: "audit" },
        { at: "admin", tab: "audit", by: "a/b" },
        { at: "admin", tab: "audit", to: "c" },
    ];
    for (const route of routes) assert.deepEqual(parseRoute(hrefOf(route)), route);
    for (const odd of ["", "#", "#/rooms/", "#/%E0%A4%A", "#/nowhere"]) assert.deepEqual(parseRoute(odd), { at: "home" });
    for (const odd of ["#/rooms/a/0", "#/rooms/a/-1", "#/rooms/a/1e9", "#/rooms/a/12345678901234567"]) assert.deepEqual(parseRoute(odd), { at: "room", room: "a" });
    assert.deepEqual(parseRoute("#/settings/nothing"), { at: "settings" });
    assert.deepEqual(["#/rooms/a/5", "#/rooms/a/thread/5/7", "#/rooms/a/details"].map((hash) => hrefOf(withoutSeq(parseRoute(hash)))), ["#/rooms/a", "#/rooms/a/thread/5", "#/rooms/a/details"]);
});
