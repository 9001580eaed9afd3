import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((found) => found[1]!);

test("the README names every part of a client and every event", async () => {
    const [readme, client, events] = await Promise.all([read("README.md"), read("src/client.ts"), read("src/client_events.ts")]);
    const parts = names(client, /^ {4}readonly (\w+):/gm);
    const told = names(events, /^ {4}(\w+): /gm);
    assert.ok(parts.length > 10 && told.length > 20);
    const row = readme.split("\n").find((line) => line.startsWith("| `client.on(…)`"))!;
    assert.deepEqual(parts.filter((part) => !readme.includes(`\`client.${part}`)), []);
    assert.deepEqual(told.filter((event) => !row.includes(`\`${event}\``)), []);
});
