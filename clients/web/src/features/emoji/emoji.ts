import { folded } from "../text/fit.js";
import { isDrawn } from "./is_drawn.js";

export interface Emoji {
    emoji: string;
    group: number;
    /** Without colons, the common one first. */
    codes: string[];
    label: string;
    /** All it is found by, folded. */
    words: string;
    tones: 0 | 1 | string[];
}

type Row = [emoji: string, group: number, codes: string, tones: 0 | 1 | string[]];
type Name = [label: string, tags: string];

const NAMES: Record<string, () => Promise<{ default: unknown }>> = {
    en: () => import("./data/names.en.json"),
    de: () => import("./data/names.de.json"),
    ar: () => import("./data/names.ar.json"),
};

/** From here on Unicode still adds emoji, and systems are behind. */
const NEWER = 0x1fa70;

const loaded = new Map<string, Promise<Emoji[]>>();

/** All emoji with their names in a language; loaded when first asked for. */
export function loadEmoji(language: string): Promise<Emoji[]> {
    let loading = loaded.get(language);
    if (!loading) {
        loading = load(language);
        loaded.set(language, loading);
        loading.catch(() => loaded.delete(language)); // to be tried again
    }
    return loading;
}

async function load(language: string): Promise<Emoji[]> {
    const [rows, names] = await Promise.all([import("./data/emoji.json"), (NAMES[language] ?? NAMES["en"]!)()]);
    return madeOf(rows.default as Row[], names.default as Name[]).filter(({ emoji }) => emoji.codePointAt(0)! < NEWER || isDrawn(emoji));
}

export function madeOf(rows: readonly Row[], names: readonly Name[]): Emoji[] {
    return rows.map(([emoji, group, codes, tones], index) => {
        const [label, tags] = names[index] ?? ["", ""];
        return { emoji, group, codes: codes.split(" ").filter(Boolean), label, words: folded(`${label} ${tags} ${codes.replaceAll("_", " ")}`), tones };
    });
}

/** The fitting ones: those whose short code or name begins so first. */
export function searchEmoji(all: readonly Emoji[], text: string, most: number): Emoji[] {
    const wanted = folded(text.trim().replace(/^:/, "").replaceAll("_", " "));
    if (wanted === "") return [];
    const rated = all.flatMap((emoji) => {
        const rank = rankOf(emoji, wanted);
        return rank === 0 ? [] : [{ emoji, rank }];
    });
    return rated
        .sort((a, b) => b.rank - a.rank)
        .slice(0, most)
        .map(({ emoji }) => emoji);
}

function rankOf({ codes, label, words }: Emoji, wanted: string): number {
    const names = codes.map((code) => code.replaceAll("_", " "));
    if (names[0] === wanted) return 5;
    if (names.includes(wanted)) return 4;
    if (names.some((name) => name.startsWith(wanted))) return 3;
    if (folded(label).startsWith(wanted)) return 3;
    if (` ${words}`.includes(` ${wanted}`)) return 2;
    return words.includes(wanted) ? 1 : 0;
}

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/** An emoji in a skin tone: 0 as it is, 1 to 5 from light to dark. */
export function toned({ emoji, tones }: Pick<Emoji, "emoji" | "tones">, tone: number): string {
    if (tone === 0 || tones === 0) return emoji;
    if (tones !== 1) return tones[tone - 1] ?? emoji;
    const [first, ...rest] = [...emoji.replace("\uFE0F", "")];
    return [first, TONES[tone - 1], ...rest].join("");
}
