import { ownEmoji } from "../../state/own_emoji.js";
import { loadEmoji, searchEmoji, toned, type Emoji } from "../emoji/emoji.js";
import type { Suggestion } from "./suggestions.js";

const MOST = 6;

/** What short codes stand for. Comes once somebody types a colon. */
export interface EmojiWords {
    /** What one may mean who has typed so much of a code. */
    suggest(text: string, tone: number): Suggestion[];
    /** What a code becomes when it is sent. Those of the server stay names, also where a letter is called so. */
    letterOf(code: string): string | undefined;
}

export async function emojiWords(language: string): Promise<EmojiWords> {
    const all = await loadEmoji(language);
    return {
        suggest: (text, tone) => [...ownFits(text), ...searchEmoji(all, text, MOST).map((emoji) => letterFit(emoji, tone))].slice(0, MOST),
        letterOf: (code) => (ownEmoji.get().image(`:${code}:`) ? undefined : all.find(({ codes }) => codes.includes(code))?.emoji),
    };
}

/** Those of the server are few, and meant where their names are typed. */
function ownFits(text: string): Suggestion[] {
    const found = ownEmoji.get().all.filter(({ name }) => name.includes(text.toLowerCase()));
    return found.map(({ name }) => ({ key: `:${name}`, word: `:${name}:`, label: `:${name}:`, face: { emoji: `:${name}:` }, note: "" }));
}

function letterFit(emoji: Emoji, tone: number): Suggestion {
    const shown = toned(emoji, tone);
    return { key: emoji.emoji, word: shown, label: emoji.label, face: { emoji: shown }, note: emoji.codes[0] ? `:${emoji.codes[0]}:` : "" };
}
