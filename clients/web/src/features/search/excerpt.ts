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

/** Addresses, and code between marks, which are the first group: within them nothing marks. */
const VERBATIM = /https?:\/\/\S*[^\s?!.,:;*_~'")]|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/gis;
/** Marks of a block of code stay. */
const FENCE = 3;
/** Words between marks, which are the first group. A single star or line within a word is none. */
const MARKED = [/(\*\*|~~)(?=\S).+?(?<=\S)\1/gs, /(?<![\p{L}\p{N}_])(_)(?=[^\s_]).*?(?<=[^\s_])_(?![\p{L}\p{N}_])/gu, /(?<![\p{L}\p{N}*])(\*)(?=[^\s*]).*?(?<=[^\s*])\*(?![\p{L}\p{N}*])/gu];

/** What was found without the marks that would be drawn as bold words and the like. */
export function withoutMarks(pieces: ExcerptPiece[]): ExcerptPiece[] {
    const text = pieces.map((piece) => piece.text).join("");
    const marks = new Set<number>();
    const take = ({ index, 0: whole, 1: mark = "" }: RegExpExecArray) => {
        for (let i = 0; i < mark.length; i++) marks.add(index + i).add(index + whole.length - 1 - i);
    };
    for (const code of text.matchAll(VERBATIM)) if ((code[1]?.length ?? 0) < FENCE) take(code);
    const words = text.replace(VERBATIM, (verbatim) => "\ufffc".repeat(verbatim.length));
    for (const shape of MARKED) for (const marked of words.matchAll(shape)) take(marked);
    let at = 0;
    return pieces.map((piece) => {
        const from = at;
        at += piece.text.length;
        return { ...piece, text: [...Array(piece.text.length).keys()].map((i) => (marks.has(from + i) ? "" : piece.text[i])).join("") };
    });
}
