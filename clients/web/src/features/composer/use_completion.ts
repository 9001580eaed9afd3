import { useId, useState, type KeyboardEvent } from "react";
import { complete, tokenAt, type Token } from "./completion.js";
import type { Mentionable } from "./mentions.js";
import { useSuggestions, type Suggestion } from "./suggestions.js";

interface Completion {
    id: string;
    suggestions: Suggestion[];
    chosen: number;
    /** The caret moved, or something was typed. */
    look(text: string, caret: number): void;
    choose(index: number): void;
    pick(suggestion: Suggestion): void;
    close(): void;
    /** True where the key was for the list. */
    onKey(event: KeyboardEvent): boolean;
}

/** Completes names after @ and emoji after a colon, while one types. */
export function useCompletion(mentionable: Mentionable, text: string, onDone: (text: string, caret: number) => void): Completion {
    const [token, setToken] = useState<Token | null>(null);
    const [at, setAt] = useState(0);
    const id = useId();
    const suggestions = useSuggestions(mentionable, token);
    const chosen = Math.min(at, suggestions.length - 1);
    const pick = (suggestion: Suggestion) => {
        if (!token) return;
        const done = complete(text, token, suggestion.word);
        setToken(null);
        onDone(done.text, done.caret);
    };
    const onKey = (event: KeyboardEvent): boolean => {
        const count = suggestions.length;
        if (count === 0) return false;
        if (event.key === "ArrowDown") setAt((chosen + 1) % count);
        else if (event.key === "ArrowUp") setAt((chosen - 1 + count) % count);
        else if (event.key === "Escape") setToken(null);
        else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") pick(suggestions[chosen]!);
        else return false;
        event.preventDefault();
        return true;
    };
    const look = (now: string, caret: number) => {
        const next = tokenAt(now, caret);
        if (next?.kind !== token?.kind || next?.text !== token?.text) setAt(0);
        setToken(next);
    };
    return { id, suggestions, chosen, look, choose: setAt, pick, close: () => setToken(null), onKey };
}
