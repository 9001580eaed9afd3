import type { Member } from "../../state/types.js";
import { useEffect, useMemo, useState } from "react";
import { currentLanguage } from "../../i18n/mod.js";
import { useApp, useMe, useStore } from "../../state/use.js";
import { usePreferences } from "../../state/use_preferences.js";
import { loadEmoji, searchEmoji, toned, type Emoji } from "../emoji/emoji.js";
import { nameOf } from "../people/names.js";
import { bestFits } from "../rooms/order.js";
import type { Token } from "./completion.js";

export interface Suggestion {
    key: string;
    /** What is put in. */
    word: string;
    label: string;
    /** The emoji, or whose picture stands before it. */
    face: { emoji: string } | { person: string };
    note: string;
}

const MOST = 6;

/** What the word before the caret may become. */
export function useSuggestions(room: string, token: Token | null): Suggestion[] {
    const members = useMembers(room, token?.kind === "mention");
    const all = useEmoji(token?.kind === "emoji");
    const { skinTone } = usePreferences();
    const text = token?.text ?? "";
    return useMemo(() => {
        if (token?.kind === "mention") return bestFits(members, text, ({ user }) => `${user.username} ${nameOf(user)}`).slice(0, MOST).map(personOf);
        if (token?.kind === "emoji") return searchEmoji(all, text, MOST).map((emoji) => emojiOf(emoji, skinTone));
        return [];
    }, [token?.kind, text, members, all, skinTone]);
}

function personOf({ user }: Member): Suggestion {
    return { key: user.id, word: `@${user.username}`, label: nameOf(user), face: { person: user.id }, note: `@${user.username}` };
}

function emojiOf(emoji: Emoji, tone: number): Suggestion {
    const shown = toned(emoji, tone);
    return { key: emoji.emoji, word: shown, label: emoji.label, face: { emoji: shown }, note: emoji.codes[0] ? `:${emoji.codes[0]}:` : "" };
}

/** The others in a room, read when they are first asked for. */
function useMembers(room: string, wanted: boolean): Member[] {
    const app = useApp();
    const me = useMe();
    const list = useMemo(() => app.members(room), [app, room]);
    const { members } = useStore(list);
    useEffect(() => (wanted ? list.watch() : undefined), [list, wanted]);
    return useMemo(() => members.filter(({ user }) => user.id !== me.id && !user.deleted), [members, me.id]);
}

const NONE: Emoji[] = [];

/** All emoji, once they are wanted and there. */
export function useEmoji(wanted: boolean): Emoji[] {
    const [all, setAll] = useState(NONE);
    useEffect(() => {
        if (wanted) loadEmoji(currentLanguage()).then(setAll, () => {});
    }, [wanted]);
    return all;
}
