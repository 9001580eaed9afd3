/** Checks that every custom property that a style asks for is set somewhere, and every one that is set is asked for. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = resolve(dirname(fileURLToPath(import.meta.url)), "../src");
const faults = [];
/** By name: a file that has it. */
const [asked, set] = [new Map(), new Map()];

for (const file of readdirSync(source, { recursive: true }).filter((name) => /\.(css|tsx?)$/.test(name))) {
    const text = readFileSync(join(source, file), "utf8");
    for (const [, name] of text.matchAll(/var\((--[\w-]+)/g)) asked.set(name, file);
    for (const [, name] of text.matchAll(/(?<![\w(-])(--[\w-]+)["']?[\],]*\s*[:,]/g)) set.set(name, file);
}
for (const [name, file] of asked) if (!set.has(name)) faults.push(`${file}: ${name} is set nowhere`);
for (const [name, file] of set) if (!asked.has(name)) faults.push(`${file}: ${name} is asked for nowhere`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
