/**
 * Checks what the page says: every catalogue in locales/ has the same keys, well-formed, with the
 * same arguments and all plural forms of its language; every key is used; every error that a person may
 * meet has words, and none that is not in the schema; German says Sie; and no component has words of its own.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";
import { parseMessage } from "../.test/src/i18n/message.js";

const here = dirname(fileURLToPath(import.meta.url));
const source = resolve(here, "../src");
const locales = resolve(here, "../../../locales");
const faults = [];

const catalogues = new Map(readdirSync(locales).filter((name) => name.endsWith(".json"))
    .map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(locales, name), "utf8"))]));
const english = catalogues.get("en");

function argumentsOf(parts, found = new Set()) {
    for (const part of parts) {
        if (typeof part === "string" || part.kind === "count") continue;
        found.add(part.name);
        for (const form of part.forms?.values() ?? []) argumentsOf(form, found);
    }
    return found;
}

function pluralsOf(parts) {
    return parts.flatMap((part) => [
        ...(part.kind === "plural" || part.kind === "selectordinal" ? [part] : []),
        ...[...(part.forms?.values() ?? [])].flatMap(pluralsOf),
    ]);
}

/** Plural forms that whole numbers never take need not be there. */
function categoriesOf(language, type) {
    const rules = new Intl.PluralRules(language, { type });
    return new Set(Array.from({ length: 1000 }, (_, number) => rules.select(number)));
}

function checkMessage(language, key, message) {
    const where = `locales/${language}.json: ${key}`;
    let parts;
    try {
        parts = parseMessage(message);
    } catch (error) {
        return faults.push(`${where}: ${error.message}`);
    }
    const [own, wanted] = [argumentsOf(parts), argumentsOf(parseMessage(english[key]))];
    for (const name of wanted) if (!own.has(name)) faults.push(`${where}: {${name}} is missing`);
    for (const name of own) if (!wanted.has(name)) faults.push(`${where}: {${name}} is not in the English one`);
    for (const { kind, forms } of pluralsOf(parts))
        for (const form of categoriesOf(language, kind === "plural" ? "cardinal" : "ordinal"))
            if (!forms.has(form)) faults.push(`${where}: the plural form "${form}" is missing`);
}

for (const [language, words] of catalogues) {
    for (const key of Object.keys(english)) if (!(key in words)) faults.push(`locales/${language}.json: ${key} is missing`);
    for (const [key, message] of Object.entries(words)) {
        if (!(key in english)) faults.push(`locales/${language}.json: ${key} is not in the English one`);
        else checkMessage(language, key, message);
    }
}

const files = readdirSync(source, { recursive: true }).filter((name) => /\.tsx?$/.test(name));
const texts = new Map(files.map((name) => [name, readFileSync(join(source, name), "utf8")]));
const all = [...texts.values()].join("\n");
const codes = new Set(JSON.parse(readFileSync(resolve(here, "../../../schema/errors.json"), "utf8")).map(({ code }) => code));
for (const key of Object.keys(english)) {
    const code = key.startsWith("error.") ? key.slice("error.".length) : null;
    const known = code === null ? all.includes(`"${key}"`) || /^message\.(pending|sent|failed)$/.test(key) : code === "unknown" || code.startsWith("connection.") || codes.has(code);
    if (!known) faults.push(`locales/en.json: ${key} is unused`);
}

/** Errors that tell of a mistake of the page, or that the SDK answers for it: to people they are `error.unknown`. */
const OF_PROGRAMS = new Set([
    "json.malformed", "request.invalid", "auth.required", "auth.invalid_token", "origin.forbidden", "feed.not_found", "feed.changed",
    "route.not_found", "method.not_allowed", "method.unknown", "coding.not_acceptable", "request.timeout", "precondition.failed",
    "uri.too_long", "headers.too_large", "media_type.unsupported", "range.not_satisfiable", "expectation.failed", "request.misdirected",
    "upgrade.required", "content.unknown_type", "command.unknown", "version.unsupported",
]);
for (const code of codes)
    if (OF_PROGRAMS.has(code) === `error.${code}` in english) faults.push(`locales/en.json: error.${code} ${OF_PROGRAMS.has(code) ? "has words that nobody reads" : "has no words; where people never meet it, add it to OF_PROGRAMS in words.mjs"}`);

for (const [key, message] of Object.entries(catalogues.get("de") ?? {}))
    if (/(?<!\p{L})(du|dich|dir|dein\p{L}*|euch|eure\p{L}*|versuche|wähle|schreib|gib)(?!\p{L})/iu.test(message)) faults.push(`locales/de.json: ${key} says du, not Sie`);

const SPOKEN = new Set(["label", "legend", "title", "hint", "placeholder", "alt", "aria-label", "aria-description", "aria-roledescription"]);
const WORDS = /\p{L}{2,}/u;

function checkSpoken(name, node) {
    if (Array.isArray(node)) return node.forEach((child) => checkSpoken(name, child));
    if (!node || typeof node !== "object") return undefined;
    if (node.type === "JSXText" && WORDS.test(node.value)) faults.push(`${name}: has words of its own: ${node.value.trim()}`);
    const value = node.type === "JSXAttribute" && SPOKEN.has(String(node.name.name)) ? node.value?.value : undefined;
    if (typeof value === "string" && WORDS.test(value) && !(value in english)) faults.push(`${name}: ${node.name.name} has words of its own: ${value}`);
    for (const child of Object.values(node)) checkSpoken(name, child);
    return undefined;
}

for (const [name, text] of texts) if (name.endsWith(".tsx")) checkSpoken(name, parseAst(text, { lang: "tsx" }).body);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
