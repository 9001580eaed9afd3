export interface TextPart {
    text: string;
    href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/gu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,:;!?'…)\]}]+$/u;

/** Takes a text apart into words and addresses. Only http and https ever become links. */
export function linksIn(text: string): TextPart[] {
    const parts: TextPart[] = [];
    let at = 0;
    for (const match of text.matchAll(ADDRESS)) {
        const href = withoutTail(match[0]);
        if (!URL.canParse(href)) continue;
        if (match.index > at) parts.push({ text: text.slice(at, match.index) });
        parts.push({ text: href, href });
        at = match.index + href.length;
    }
    if (at < text.length) parts.push({ text: text.slice(at) });
    return parts;
}

/** A closing bracket belongs to the address where the address opened it. */
function withoutTail(address: string): string {
    const tail = TRAILING.exec(address)?.[0] ?? "";
    const bare = address.slice(0, address.length - tail.length);
    return tail.startsWith(")") && bare.includes("(") ? `${bare})` : bare;
}
