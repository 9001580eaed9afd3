import type { ExcerptPiece } from "@natternet/sdk";

const SPOILER = /\|\|(?!\|).+?(?:\|\||$)/gs;
const HIDDEN = "▒";

/** What was found, with spoilers hidden as in the timeline: a match inside one is not shown. */
export function withoutSpoilers(pieces: ExcerptPiece[]): ExcerptPiece[] {
    const text = pieces.map((piece) => piece.text).join("");
    const hidden = [...text.matchAll(SPOILER)].map(({ index, 0: { length } }) => [index, index + length] as const);
    if (hidden.length === 0) return pieces;
    let at = 0;
    return pieces.map((piece) => {
        const from = at;
        at += piece.text.length;
        const covered = hidden.some(([start, end]) => start < at && end > from);
        return covered ? { text: cover(piece.text, from, hidden), match: false } : piece;
    });
}

function cover(text: string, from: number, hidden: (readonly [number, number])[]): string {
    let covered = "";
    for (let i = 0; i < text.length; i++) {
        const inside = hidden.some(([start, end]) => from + i >= start && from + i < end);
        covered += inside ? HIDDEN : text[i];
    }
    return covered;
}
