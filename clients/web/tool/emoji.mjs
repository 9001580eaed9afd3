/**
 * Makes the emoji picker's data: what there is (emoji.json), and what each is called and found by
 * in each language (names.LANGUAGE.json). It is checked in, since its sources are large. To renew it:
 *
 *   npm install --no-save --prefix DIR emojibase-data cldr-annotations-full cldr-annotations-derived-full
 *   node tool/emoji.mjs DIR
 *
 * emojibase-data (MIT) has order, groups, skin tones, short codes, English and German; Unicode's CLDR
 * (Unicode License v3) has Arabic.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const modules = resolve(process.argv[2] ?? ".", "node_modules");
const out = resolve(dirname(fileURLToPath(import.meta.url)), "../src/features/emoji/data");
const read = (path) => JSON.parse(readFileSync(join(modules, path), "utf8"));

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];
/** emojibase's group of skin tones and hair, which nobody picks. */
const COMPONENTS = 2;
const codes = read("emojibase-data/en/shortcodes/github.json");
const more = read("emojibase-data/en/shortcodes/emojibase.json");
const list = (value) => (value === undefined ? [] : [value].flat());

function sortedOf(language) {
    const entries = read(`emojibase-data/${language}/data.json`).filter(({ group }) => group !== undefined && group !== COMPONENTS);
    return entries.sort((a, b) => a.order - b.order);
}

function withTone(emoji, tone) {
    const [first, ...rest] = [...emoji.replace("\uFE0F", "")];
    return [first, TONES[tone], ...rest].join("");
}

/** 0: no tones; 1: the tone goes behind the first letter; else the five as they are. */
function tonesOf({ emoji, skins = [] }) {
    const five = [1, 2, 3, 4, 5].map((tone) => skins.find((skin) => skin.tone === tone || String(skin.tone) === `${tone},${tone}`)?.emoji);
    if (five.some((skin) => skin === undefined)) return 0;
    return five.every((skin, tone) => skin === withTone(emoji, tone)) ? 1 : five;
}

const english = sortedOf("en");
const groups = [...new Set(english.map(({ group }) => group))];
const emoji = english.map((entry) => {
    const words = [...new Set([...list(codes[entry.hexcode]), ...list(more[entry.hexcode])])].filter((code) => /^[\w+-]+$/.test(code));
    return [entry.emoji, groups.indexOf(entry.group), words.join(" "), tonesOf(entry)];
});

function namesFromEmojibase(language) {
    const known = new Map(sortedOf(language).map((entry) => [entry.hexcode, entry]));
    return english.map(({ hexcode, label }) => [known.get(hexcode)?.label ?? label, list(known.get(hexcode)?.tags).join(" ")]);
}

function namesFromCldr(language) {
    const all = {
        ...read(`cldr-annotations-full/annotations/${language}/annotations.json`).annotations.annotations,
        ...read(`cldr-annotations-derived-full/annotationsDerived/${language}/annotations.json`).annotationsDerived.annotations,
    };
    return english.map((entry) => {
        const known = all[entry.emoji] ?? all[entry.emoji.replaceAll("\uFE0F", "")];
        return [known?.tts?.[0] ?? entry.label, (known?.default ?? []).join(" ")];
    });
}

mkdirSync(out, { recursive: true });
const write = (name, rows) => writeFileSync(join(out, name), `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
write("emoji.json", emoji);
write("names.en.json", namesFromEmojibase("en"));
write("names.de.json", namesFromEmojibase("de"));
write("names.ar.json", namesFromCldr("ar"));
console.log(`${emoji.length} emoji in ${groups.length} groups`);
