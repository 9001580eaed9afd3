/** What is being typed before the caret that can be completed. */
export interface Token {
    kind: "mention" | "emoji";
    /** Without its sign. */
    text: string;
    /** Where its sign stands. */
    start: number;
    end: number;
}

const MENTION = /(?:^|[\s(])@([\p{L}\p{N}_.-]{0,32})$/u;
const EMOJI = /(?:^|[\s(])[:]([\p{L}\p{N}_+-]{2,32})$/u;

/** The beginning of a name or of a short code, right before the caret. */
export function tokenAt(text: string, caret: number): Token | null {
    const before = text.slice(Math.max(0, caret - 40), caret);
    for (const [kind, pattern] of [["mention", MENTION], ["emoji", EMOJI]] as const) {
        const found = pattern.exec(before)?.[1];
        if (found !== undefined) return { kind, text: found, start: caret - found.length - 1, end: caret };
    }
    return null;
}

/** The text with the token replaced, and where the caret is then. */
export function complete(text: string, { start, end }: Token, word: string): { text: string; caret: number } {
    const gap = /^\s/.test(text.slice(end)) ? "" : " ";
    return { text: text.slice(0, start) + word + gap + text.slice(end), caret: start + word.length + 1 };
}

/** Short codes, perhaps several side by side. */
const CODES = /(?<![\p{L}\p{N}:])(?::[a-z0-9_+-]{2,32}:)+/giu;
const EACH_CODE = /:([a-z0-9_+-]+):/gi;

/** Puts emoji where whole short codes stand; those that nobody knows stay. */
export function withoutCodes(text: string, emojiOf: (code: string) => string | undefined): string {
    const letterOf = (whole: string, code: string) => emojiOf(code.toLowerCase()) ?? whole;
    return text.replace(CODES, (row) => row.replace(EACH_CODE, letterOf));
}
