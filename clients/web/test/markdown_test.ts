import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMarkdown, type Block, type Inline } from "../src/features/text/markdown.js";
import { jumboCount, plainText } from "../src/features/text/plain.js";

/** What was read, in a short form of its own. */
function shape(text: string): string {
    return parseMarkdown(text).map(shapeOf).join(" ");
}

function shapeOf(block: Block): string {
    switch (block.kind) {
        case "text":
            return `(${block.of.map(inline).join("")})`;
        case "code":
            return `code[${block.language}|${block.text}]`;
        case "quote":
            return `quote[${block.of.map(shapeOf).join(" ")}]`;
        case "list":
            return `${block.ordered ? `list${block.start}` : "list"}[${block.items.map((item) => item.map(shapeOf).join(" ")).join("; ")}]`;
    }
}

function inline(part: Inline): string {
    if (typeof part === "string") return part;
    switch (part.kind) {
        case "break":
            return "⏎";
        case "code":
        case "emoji":
            return `${part.kind}{${part.text}}`;
        case "mention":
            return `mention{${part.name}}`;
        case "link":
            return `link{${part.href}|${part.of.map(inline).join("")}}`;
        default:
            return `${part.kind}{${part.of.map(inline).join("")}}`;
    }
}

function links(text: string): string[] {
    return [...JSON.stringify(parseMarkdown(text)).matchAll(/"href":("(?:[^"\\]|\\.)*")/g)].map(([, href]) => JSON.parse(href!) as string);
}

test("bold, italic, struck out, code and hidden words are read, and in each other", () => {
    assert.equal(shape("**a** *b* _c_ ~~d~~ `e` ||f||"), "(bold{a} italic{b} italic{c} strike{d} code{e} spoiler{f})");
    assert.equal(shape("**a *b* ~~c~~**"), "(bold{a italic{b} strike{c}})");
    assert.equal(shape("||a **b**||"), "(spoiler{a bold{b}})");
    assert.equal(shape("`**a**`"), "(code{**a**})");
});

test("what only looks like a mark stays as it is", () => {
    for (const text of ["2 * 3 * 4", "snake_case_name", "~about~ 5", "a || b", "# no heading", "| a | b |", "---", "1 > 0", "C:\\dir"]) assert.equal(shape(text), `(${text})`);
    assert.equal(shape("a\n---\nb"), "(a⏎---⏎b)");
});

test("quotes, lists and code blocks are read", () => {
    assert.equal(shape("> a\n> b"), "quote[(a⏎b)]");
    assert.equal(shape("- a\n- **b**"), "list[(a); (bold{b})]");
    assert.equal(shape("3. a\n4. b"), "list3[(a); (b)]");
    assert.equal(shape("- a\n  - b"), "list[(a) list[(b)]]");
    assert.equal(shape("```js\nlet a = '<b>';\n```"), "code[js|let a = '<b>';]");
    assert.equal(shape("> ```\n> x\n> ```"), "quote[code[|x]]");
});

test("lines stay lines, and an empty one parts", () => {
    assert.equal(shape("a\nb"), "(a⏎b)");
    assert.equal(shape("a\n\nb"), "(a) (b)");
});

test("addresses become links, and what ends a sentence does not belong to them", () => {
    assert.deepEqual(links("see https://a.example/x, or http://b.example."), ["https://a.example/x", "http://b.example"]);
    assert.deepEqual(links("https://a.example/q=(x)"), ["https://a.example/q=(x)"]);
    assert.deepEqual(links("(https://a.example)"), ["https://a.example"]);
    assert.deepEqual(links("[words](https://a.example)"), ["https://a.example"]);
    assert.deepEqual(links("mail ann@a.example"), ["mailto:ann@a.example"]);
});

test("only the web and mail can be followed; pictures, references and HTML are words", () => {
    const evil = [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "[x](//other.example)",
        "[x](/settings)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
    ];
    for (const text of evil) assert.deepEqual(links(text), [], text);
    assert.equal(shape("![x](https://a.example/b.png)"), "(!link{https://a.example/b.png|x})");
    assert.equal(shape("<b>a</b><script>x</script>"), "(<b>a</b><script>x</script>)");
});

test("people are named, mail addresses are not people", () => {
    assert.equal(shape("hi @ann_lee, and @bob."), "(hi mention{ann_lee}, and mention{bob}.)");
    assert.equal(shape("`@ann` @x"), "(code{@ann} @x)");
    assert.equal(shape("@أحمد_ع"), "(mention{أحمد_ع})");
});

/** A generator whose numbers are the same each time. */
function dice(seed: number): (sides: number) => number {
    let state = seed;
    return (sides) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * sides);
    };
}

const BITS = ["*", "**", "_", "~~", "`", "```", "||", "> ", "- ", "1. ", "[", "]", "(", ")", "![", "<", ">", "&lt;", "\\", "\n", "\n\n", "    ", "#", "---", "|", "a", "ß ", "👩‍👩‍👧", "\u202e", "@ann", ":own:", "https://a.example/", "javascript:", "<script>", "<img src=x onerror=alert(1)>", "\u0000", "\ud800"];
const KINDS = new Set(["text", "code", "quote", "list", "break", "bold", "italic", "strike", "spoiler", "mention", "emoji", "link"]);

function check(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(check);
    if (typeof value !== "object" || value === null) return assert.ok(["string", "number", "boolean"].includes(typeof value));
    const node = value as Record<string, unknown>;
    assert.ok(KINDS.has(String(node["kind"])), `an unexpected ${String(node["kind"])}`);
    if (node["kind"] === "link") assert.match(String(node["href"]), /^(https?:\/\/|mailto:)/i);
    for (const [name, child] of Object.entries(node)) if (["of", "items"].includes(name)) check(child);
}

test("ten thousand texts thrown together: nothing unexpected ever comes out", () => {
    const seed = Number(process.env["NATTERNET_TEST_SEED"] ?? 7);
    const roll = dice(seed);
    for (let turn = 0; turn < 10_000; turn++) {
        const text = Array.from({ length: 1 + roll(24) }, () => BITS[roll(BITS.length)]).join("");
        try {
            check(parseMarkdown(text));
            plainText(text);
            jumboCount(text, () => false);
        } catch (error) {
            throw new Error(`seed ${seed}, ${JSON.stringify(text)}`, { cause: error });
        }
    }
});

/** Repeats of each bit, and of pairs, up to the longest message: work must grow no faster than that twice over. */
test("no text of the longest kind is taken apart without end", () => {
    for (const a of BITS) {
        for (const b of ["", "a", "*", "[", "`", "||", "\n", "> "]) {
            const text = (a + b).repeat(Math.ceil(16_384 / (a + b).length)).slice(0, 16_384);
            check(parseMarkdown(text));
        }
    }
});

test("previews are plain, on one line, and keep secrets", () => {
    assert.equal(plainText("**a**\n> b\n- c\n- `d` ||e||"), "a b c, d ▒▒▒");
});

test("a few emoji alone are drawn large, anything else is not", () => {
    const count = (text: string) => jumboCount(text, (name) => name === ":own:");
    assert.deepEqual(["👍", "👩‍👩‍👧 🇩🇪", "❤️", "👍🏽", ":own:", "👍:own: :own:"].map(count), [1, 2, 1, 1, 1, 3]);
    assert.deepEqual(["", "a", "👍 a", "1", "©", "👍👍👍👍👍👍", "**", ":other:", ":own: :other:"].map(count), [0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("names between colons are emoji of the server, times and codes are not", () => {
    assert.equal(shape(":yes: and (:party_parrot:)"), "(emoji{:yes:} and (emoji{:party_parrot:}))");
    assert.equal(shape(":a_b::c_d::e_f: 10:30:45"), "(emoji{:a_b:}emoji{:c_d:}emoji{:e_f:} 10:30:45)");
    assert.equal(shape("**:yes:** @anna :a_b: x :c_d:"), "(bold{emoji{:yes:}} mention{anna} emoji{:a_b:} x emoji{:c_d:})");
    assert.equal(shape("at 10:30:45, a:bc:d, :No:, :x:"), "(at 10:30:45, a:bc:d, :No:, :x:)");
    assert.equal(shape("`:yes:`"), "(code{:yes:})");
    assert.equal(plainText("well :yes:"), "well :yes:");
});

test("texts without a mark are read as the reader would, and again as the first time", () => {
    for (const text of ["Hello there!", "a 1. b", "it's 5 > 4, so?", "ünï ½ 👍 x", "a-b + c"]) {
        assert.deepEqual(parseMarkdown(text), [{ kind: "text", of: [text] }]);
        assert.equal(parseMarkdown(text), parseMarkdown(text));
    }
});
