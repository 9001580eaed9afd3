import { parseMarkdown, type Block, type Inline } from "./markdown.js";

const MOST = 240;
const known = new Map<string, string>();
const KEPT = 500;

/** A text on one line, without its marks; spoilers stay hidden. For previews and notifications. */
export function plainText(text: string): string {
    let plain = known.get(text);
    if (plain === undefined) {
        plain = parseMarkdown(text.slice(0, MOST)).map(wordsOfBlock).join(" ").replace(/\s+/g, " ").trim();
        if (known.size >= KEPT) known.clear();
        known.set(text, plain);
    }
    return plain;
}

function wordsOfBlock(block: Block): string {
    switch (block.kind) {
        case "text":
            return block.of.map(wordsOf).join("");
        case "code":
            return block.text;
        case "quote":
            return block.of.map(wordsOfBlock).join(" ");
        case "list":
            return block.items.map((item) => item.map(wordsOfBlock).join(" ")).join(", ");
    }
}

function wordsOf(inline: Inline): string {
    if (typeof inline === "string") return inline;
    switch (inline.kind) {
        case "break":
            return " ";
        case "code":
        case "emoji":
            return inline.text;
        case "mention":
            return `@${inline.name}`;
        case "spoiler":
            return "▒▒▒";
        default:
            return inline.of.map(wordsOf).join("");
    }
}

const MOST_JUMBO = 5;
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Extended_Pictographic}[\u200D\u{1F3FB}-\u{1F3FF}]|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const segmenter = new Intl.Segmenter();

/**
 * How many emoji a text is made of, if it is made of a few and nothing else; they are then drawn large. `isOwn`: whether
 * `:name:` is one of the server.
 */
export function jumboCount(text: string, isOwn: (text: string) => unknown): number {
    if (text.length > 160) return 0;
    const drawn = text.replace(/:[a-z0-9_]+:/g, (name) => (isOwn(name) ? "⭐" : name));
    const letters = [...segmenter.segment(drawn.replace(/\s+/g, ""))].map(({ segment }) => segment);
    return letters.length <= MOST_JUMBO && letters.every((letter) => EMOJI.test(letter)) ? letters.length : 0;
}
