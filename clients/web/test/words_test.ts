import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { linksIn } from "../src/features/timeline/links.js";
import { formatMessage } from "../src/i18n/message.js";
import { hrefOf, parseRoute, type Route } from "../src/routes/route.js";

test("names and numbers are filled in", () => {
    assert.equal(formatMessage("{name}: {text}", { name: "Ann", text: "{x}" }, "en"), "Ann: {x}");
    assert.equal(formatMessage("{count} people", { count: 1234 }, "en"), "1,234 people");
});

test("plurals follow the language, with exact numbers before all", () => {
    const words = "{n, plural, =0 {nobody} one {# person} other {# people, {who} too}}";
    const say = (n: number) => formatMessage(words, { n, who: "Ann" }, "en");
    assert.deepEqual([say(0), say(1), say(2)], ["nobody", "1 person", "2 people, Ann too"]);
});

test("every message of the catalogue can be formatted", () => {
    const catalogue = JSON.parse(readFileSync("../../locales/en.json", "utf8")) as Record<string, string>;
    for (const [key, message] of Object.entries(catalogue)) {
        for (const count of [0, 1, 5]) assert.doesNotMatch(formatMessage(message, { count }, "en"), /[{}]|plural/, key);
    }
});

test("a route written is the route read", () => {
    const routes: Route[] = [
        { at: "home" },
        { at: "new" },
        { at: "settings" },
        { at: "room", room: "a/b c" },
        { at: "members", room: "Rä" },
    ];
    for (const route of routes) assert.deepEqual(parseRoute(hrefOf(route)), route);
    for (const odd of ["", "#", "#/rooms/", "#/%E0%A4%A", "#/nowhere"]) assert.deepEqual(parseRoute(odd), { at: "home" });
});

test("addresses become links, and what ends a sentence does not belong to them", () => {
    const href = (text: string) => linksIn(text).flatMap((part) => part.href ?? []);
    assert.deepEqual(href("see https://a.example/x, or http://b.example."), ["https://a.example/x", "http://b.example"]);
    assert.deepEqual(href("https://a.example/q=(x)"), ["https://a.example/q=(x)"]);
    assert.deepEqual(href("(https://a.example)"), ["https://a.example"]);
    assert.deepEqual(href("javascript:alert(1) data:text/html,x file:///etc"), []);
    assert.equal(linksIn("one https://a.example two").map((part) => part.text).join(""), "one https://a.example two");
});
