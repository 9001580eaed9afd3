import { parseMarkdown, type Block, type Inline } from "./markdown.js";

/** The names after @ in a text, in small letters, each once; those within code name nobody. */
export function namesIn(text: string): string[] {
    if (!text.includes("@")) return [];
    return [...new Set(parseMarkdown(text).flatMap(ofBlock))];
}

function ofBlock(block: Block): string[] {
    switch (block.kind) {
        case "text":
            return block.of.flatMap(ofInline);
        case "code":
            return [];
        case "quote":
            return block.of.flatMap(ofBlock);
        case "list":
            return block.items.flat().flatMap(ofBlock);
    }
}

function ofInline(part: Inline): string[] {
    if (typeof part === "string") return [];
    if (part.kind === "mention") return [part.name.toLowerCase()];
    return "of" in part ? part.of.flatMap(ofInline) : [];
}
