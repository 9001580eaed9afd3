/**
 * Checks the house rules of the page: who may import whom, components of at most 150 lines, and test
 * ids as listed. What the page says is for `words.mjs`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const source = resolve(dirname(fileURLToPath(import.meta.url)), "../src");
const MAY_LEAN_ON = {
    app: ["features", "state", "ui", "routes", "i18n"],
    features: ["state", "ui", "routes", "i18n"],
    state: ["sdk"],
    ui: [],
    routes: [],
    i18n: [],
};
const COMPONENT_LINES = 150;
const faults = [];

const files = readdirSync(source, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ name, layer: name.split("/")[0], text: readFileSync(join(source, name), "utf8") }));

for (const { name, layer, text } of files) {
    for (const [, from] of text.matchAll(/(?:from|import)\s+"([^"]+)"/g)) {
        const target = from === "@natternet/sdk" ? "sdk" : layerOf(name, from);
        if (target === null || target === layer || MAY_LEAN_ON[layer]?.includes(target)) continue;
        faults.push(`${name}: ${layer} may not lean on ${target} (${from})`);
    }
    if (layer !== "state" && /\b(fetch|WebSocket|XMLHttpRequest)\b\s*\(/.test(text)) faults.push(`${name}: talks to the network`);
    if (/dangerouslySetInnerHTML|: any\b|as any\b/.test(text)) faults.push(`${name}: any, or raw HTML`);
    const lines = text.split("\n").length - 1;
    if (name.endsWith(".tsx") && lines > COMPONENT_LINES) faults.push(`${name}: ${lines} lines, at most ${COMPONENT_LINES}`);
}

function layerOf(name, from) {
    if (!from.startsWith(".") || !/\.js$/.test(from)) return null;
    return relative(source, resolve(source, dirname(name), from)).split("/")[0];
}

const all = files.filter(({ name }) => name !== "app/testids.ts").map(({ text }) => text).join("\n");

const listed = new Set(
    [...readFileSync(join(source, "app/testids.ts"), "utf8").matchAll(/^ \* (?:[a-z ]{10}|  {9}) (.*)$/gm)]
        .flatMap(([, words]) => words.replace(/\([^)]*\)?|^[^(]*\)/g, "").split(/\s+/))
        .filter(Boolean),
);
const used = new Set([...all.matchAll(/(?:data-testid=|testid=|testid: )"([^"]+)"/g)].map(([, id]) => id));
for (const id of used) if (!listed.has(id)) faults.push(`app/testids.ts: ${id} is not listed`);
for (const id of listed) if (!used.has(id)) faults.push(`app/testids.ts: ${id} is listed and nowhere used`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
