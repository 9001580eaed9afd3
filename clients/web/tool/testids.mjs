/** Checks that the hooks of browser tests are listed in app/testids.ts, and none that is gone. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = resolve(dirname(fileURLToPath(import.meta.url)), "../src");
const LIST = "app/testids.ts";
const faults = [];

const all = readdirSync(source, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && name !== LIST)
    .map((name) => readFileSync(join(source, name), "utf8"))
    .join("\n");
const listed = new Set(
    [...readFileSync(join(source, LIST), "utf8").matchAll(/^ \* (?:[a-z ]{10}|  {9}) (.*)$/gm)]
        .flatMap(([, words]) => words.replace(/\([^)]*\)?|^[^(]*\)/g, "").split(/\s+/))
        .filter(Boolean),
);
const used = new Set([...all.matchAll(/(?:data-testid=|testid=|testid: )"([^"]+)"/g)].map(([, id]) => id));
for (const id of used) if (!listed.has(id)) faults.push(`${LIST}: ${id} is not listed`);
for (const id of listed) if (!used.has(id)) faults.push(`${LIST}: ${id} is listed and nowhere used`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
