import { Lexer, Tokenizer, type Token, type Tokens } from "marked";

/** What a text is made of, as far as the page draws it. Nothing else can come out of a text. */
export type Inline =
    | string
    | { kind: "break" }
    | { kind: "bold" | "italic" | "strike" | "spoiler"; of: Inline[] }
    | { kind: "code" | "emoji"; text: string }
    | { kind: "mention"; name: string }
    | { kind: "link"; href: string; of: Inline[] };

export type Block =
    | { kind: "text"; of: Inline[] }
    | { kind: "code"; language: string; text: string }
    | { kind: "quote"; of: Block[] }
    | { kind: "list"; ordered: boolean; start: number; items: Block[][] };

/** Longer than the server takes; against texts that come another way. */
const MOST_LETTERS = 20_000;
/** Letters looked at over all steps, which grow with the square of the length where a text is made for it. */
const MOST_WORK = 2_000_000;
/** Quotes and lists in each other, deeper than anybody means them. */
const NESTED_DEEP = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])[ \t]*){9}/m;
/** A name that is spoken to, or emoji of the server by their names, perhaps several side by side. */
const NAMED = /(?<![\p{L}\p{N}_.-])@([\p{L}\p{N}_.-]{3,32})|(?<![\p{L}\p{N}:])(?::[a-z0-9_]{2,32}:)+/gu;
const EACH_EMOJI = /:[a-z0-9_]+:/g;

/** Markdown as people chat: no headings, tables, pictures, rules, references and no HTML. */
class ChatTokenizer extends Tokenizer {
    override code = none;
    override heading = none;
    override lheading = none;
    override hr = none;
    override html = none;
    override def = none;
    override table = none;
    override tag = none;
    override reflink = none;

    private work = 0;

    /** Comes first at every step: what takes too many of them is not read on. */
    override escape(src: string): Tokens.Escape | undefined {
        this.work += src.length;
        if (this.work > MOST_WORK) throw new RangeError("This text is too much work.");
        return super.escape(src);
    }

    /** Whole addresses, and mail; a bare "www." costs the reader more than it is worth. */
    override url(src: string): Tokens.Link | undefined {
        return src.startsWith("www.") ? undefined : super.url(src);
    }

    /** An exclamation mark before a link is one; there are no pictures from elsewhere. */
    override link(src: string): Tokens.Link | undefined {
        const token = super.link(src);
        return token?.type === "link" ? token : undefined;
    }

    /** Two tildes strike out; one is often "about". */
    override del(src: string, masked: string, before?: string): Tokens.Del | undefined {
        return src.startsWith("~~") ? super.del(src, masked, before) : undefined;
    }
}

function none(): undefined {
    return undefined;
}

const options = {
    gfm: true,
    breaks: true,
    extensions: {
        renderers: {},
        childTokens: {},
        startInline: [(src: string) => src.indexOf("||")],
        inline: [
            function (this: { lexer: Lexer }, src: string) {
                const hidden = src.startsWith("||") ? src.slice(2, Math.max(src.indexOf("||", 2), 2)) : "";
                if (hidden === "" || hidden.trim() !== hidden) return undefined;
                return { type: "spoiler", raw: `||${hidden}||`, tokens: this.lexer.inlineTokens(hidden, []) };
            },
        ],
    },
};

/** Most texts have no mark in them at all. */
const HAS_MARKS = /[*_~`|[\]<\\@:\n\t]|^\s|\s$|^[-+>#]|^\d{1,9}[.)]/;
const KEPT = 1_000;
const known = new Map<string, Block[]>();

/**
 * Takes a text apart. Whatever it is, it comes back in bounded time, at worst as it stands. What was
 * read lately is remembered: rows come and go as one scrolls.
 */
export function parseMarkdown(text: string): readonly Block[] {
    let blocks = known.get(text);
    if (!blocks) {
        blocks = HAS_MARKS.test(text) ? read(text) : [plain(text)];
        if (known.size >= KEPT) known.clear();
        known.set(text, blocks);
    }
    return blocks;
}

function read(text: string): Block[] {
    if (text.length > MOST_LETTERS || NESTED_DEEP.test(text)) return [plain(text)];
    try {
        const tokens = new Lexer({ ...options, tokenizer: new ChatTokenizer() }).lex(text);
        const blocks = blocksOf(tokens);
        return blocks.length > 0 ? blocks : [plain(text)];
    } catch {
        return [plain(text)];
    }
}

function plain(text: string): Block {
    return { kind: "text", of: withBreaks(text) };
}

function withBreaks(text: string): Inline[] {
    return text.split("\n").flatMap((line, index): Inline[] => (index === 0 ? [line] : [{ kind: "break" }, line]));
}

function blocksOf(tokens: readonly Token[]): Block[] {
    const blocks: Block[] = [];
    let parted = true;
    for (const token of tokens) {
        const block = blockOf(token);
        const above = blocks.at(-1);
        // What Markdown would part and chat does not: lines that follow each other are one text.
        if (!parted && block?.kind === "text" && above?.kind === "text") above.of.push({ kind: "break" }, ...block.of);
        else if (block) blocks.push(block);
        parted = block === null || /\n\s*\n$/.test(token.raw);
    }
    return blocks;
}

function blockOf(token: Token): Block | null {
    switch (token.type) {
        case "space":
            return null;
        case "code":
            return { kind: "code", language: String(token["lang"] ?? "").split(/\s/)[0]!, text: String(token["text"]) };
        case "blockquote":
            return { kind: "quote", of: blocksOf(token.tokens ?? []) };
        case "list":
            return listOf(token as Tokens.List);
        default:
            return { kind: "text", of: "tokens" in token && token.tokens ? inlinesOf(token.tokens) : withBreaks(token.raw) };
    }
}

function listOf(token: Tokens.List): Block {
    const items = token.items.map((item) => blocksOf(item.tokens));
    return { kind: "list", ordered: token.ordered, start: Number(token.start) || 1, items };
}

const STYLES = { strong: "bold", em: "italic", del: "strike", spoiler: "spoiler" } as const;

function inlinesOf(tokens: readonly Token[]): Inline[] {
    return tokens.flatMap((token): Inline[] => {
        const style = STYLES[token.type as keyof typeof STYLES];
        if (style) return [{ kind: style, of: inlinesOf("tokens" in token ? (token.tokens ?? []) : []) }];
        if (token.type === "codespan") return [{ kind: "code", text: String(token["text"]) }];
        if (token.type === "br") return [{ kind: "break" }];
        if (token.type === "link") return linkOf(token as Tokens.Link);
        if (token.type === "escape") return [String(token["text"])];
        return "tokens" in token && token.tokens ? inlinesOf(token.tokens) : withNames(token.raw);
    });
}

/** Only the web and mail can be followed; any other address stays words. */
function linkOf(token: Tokens.Link): Inline[] {
    if (!/^(https?:\/\/|mailto:)/i.test(token.href) || !URL.canParse(token.href)) return withNames(token.raw);
    return [{ kind: "link", href: token.href, of: inlinesOf(token.tokens) }];
}

/** Words with the names in them. */
export function withNames(text: string): Inline[] {
    const parts: Inline[] = [];
    let at = 0;
    for (const match of text.matchAll(NAMED)) {
        const name = match[1]?.replace(/[.-]+$/, "");
        if (name !== undefined && name.length < 3) continue;
        if (match.index > at) parts.push(text.slice(at, match.index));
        if (name === undefined) parts.push(...match[0].match(EACH_EMOJI)!.map((emoji): Inline => ({ kind: "emoji", text: emoji })));
        else parts.push({ kind: "mention", name });
        at = match.index + (name === undefined ? match[0].length : 1 + name.length);
    }
    if (at < text.length) parts.push(text.slice(at));
    return parts;
}
