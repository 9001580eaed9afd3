import type { Member } from "../../state/types.js";
import { useEffect, useMemo, useState } from "react";
import { currentLanguage, t } from "../../i18n/mod.js";
import { usePreferences } from "../../state/use_preferences.js";
import { bestFits } from "../text/fit.js";
import { useNames } from "../text/names.js";
import type { Token } from "./completion.js";
import type { EmojiWords } from "./emoji_words.js";
import { ALL, type Mentionable } from "./mentions.js";

export interface Suggestion {
    key: string;
    /** What is put in. */
    word: string;
    label: string;
    /** The emoji, or whose picture stands before it, or that it is all of the room. */
    face: { emoji: string } | { person: string } | { all: true };
    note: string;
}

const MOST = 6;

/** What the word before the caret may become. */
export function useSuggestions({ members, all: mayAll, look }: Mentionable, token: Token | null): Suggestion[] {
    const words = useEmojiWords(token?.kind === "emoji");
    const { nameOf } = useNames();
    const { skinTone } = usePreferences();
    const text = token?.text ?? "";
    useEffect(() => {
        if (token?.kind === "mention") look(text);
    }, [token?.kind, text, look]);
    return useMemo(() => {
        if (token?.kind === "mention") {
            const people = bestFits(members, text, ({ user }) => `${user.username} ${nameOf(user)}`).map(({ user }) => personOf(user, nameOf(user)));
            return [...people, ...(mayAll ? allOf(text) : [])].slice(0, MOST);
        }
        return token?.kind === "emoji" && words ? words.suggest(text, skinTone) : [];
    }, [token?.kind, text, members, mayAll, words, skinTone, nameOf]);
}

function personOf(user: Member["user"], label: string): Suggestion {
    return { key: user.id, word: `@${user.username}`, label, face: { person: user.id }, note: `@${user.username}` };
}

/** Everyone comes behind the people, of whom the names that fit are few once a letter is typed. */
function allOf(text: string): Suggestion[] {
    return ALL.filter((name) => name.startsWith(text.toLowerCase())).map((name) => ({
        key: name,
        word: `@${name}`,
        label: t(name === "here" ? "composer.here" : "composer.everyone"),
        face: { all: true },
        note: `@${name}`,
    }));
}

/** What short codes stand for, once they are wanted and there. */
export function useEmojiWords(wanted: boolean): EmojiWords | null {
    const [words, setWords] = useState<EmojiWords | null>(null);
    useEffect(() => {
        if (wanted) import("./emoji_words.js").then(({ emojiWords }) => emojiWords(currentLanguage())).then(setWords, () => {});
    }, [wanted]);
    return words;
}
