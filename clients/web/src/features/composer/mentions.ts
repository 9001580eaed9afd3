import { useCallback, useEffect, useMemo } from "react";
import { namesIn } from "../text/mentioned.js";
import { useApp, useMay, useMe, useRoom, useStore } from "../../state/use.js";
import { LARGE_PAGE, type Members } from "../../state/members.js";
import type { Member } from "../../state/types.js";

/** All of the room, and those of them who are present. */
export const ALL = ["everyone", "here"] as const;

/** Whom what is written may speak to. */
export interface Mentionable {
    /** The others in the room, as far as they were read. */
    members: Member[];
    /** One may speak to all at once. */
    all: boolean;
    /** A name is begun: who has one that begins so is to be there, also where not all were read. */
    look(begin: string): void;
    /** Whom a text mentions, as the server wants it: ids, `everyone`, `here`. */
    of(text: string): string[];
    /** Those of its names that nobody has who was read, asked of the server; null: there is nothing to ask. */
    sought(text: string): Promise<string[]> | null;
}

const BEGINS = /(?:^|[\s(])@/;

/** The members are read when an @ begins in the text, where somebody may have come since; who comes later is not waited for. */
export function useMentionable(room: string, text: string): Mentionable {
    const app = useApp();
    const list = useMemo(() => app.members(room), [app, room]);
    const { members, look } = useOthers(room, list, BEGINS.test(text));
    const group = useRoom(room)?.kind === "group";
    const all = useMay(room, "mention_all") && group;
    const of = useCallback((words: string) => mentionsIn(words, members, all), [members, all]);
    const sought = useCallback(
        (words: string) => {
            if (list.isWhole() || app.connection.get() !== "online") return null;
            const names = unknownIn(words, [...list.get().members, ...members]);
            return names.length > 0 ? app.idsByName(room, names) : null;
        },
        [app, room, list, members],
    );
    return useMemo(() => ({ members, all, look, of, sought }), [members, all, look, of, sought]);
}

/** The names in a text that none of them has. */
export function unknownIn(text: string, members: readonly Member[]): string[] {
    const known = new Set<string>([...ALL, ...members.map(({ user }) => user.username.toLowerCase())]);
    return namesIn(text).filter((name) => !known.has(name));
}

/** Names that nobody in the room has stay words. */
export function mentionsIn(text: string, members: readonly Member[], all: boolean): string[] {
    const names = namesIn(text);
    if (names.length === 0) return [];
    const ids = new Map<string, string>(members.map(({ user }) => [user.username.toLowerCase(), user.id]));
    if (all) for (const name of ALL) ids.set(name, name);
    return names.flatMap((name) => ids.get(name) ?? []).slice(0, MOST);
}

/** As many as one message can mention (the limit message_mentions). */
const MOST = 50;

function useOthers(room: string, list: Members, wanted: boolean): Pick<Mentionable, "members" | "look"> {
    const app = useApp();
    const me = useMe();
    const search = useMemo(() => app.memberSearch(room), [app, room]);
    const { members, next, loading } = useStore(list);
    const found = useStore(search);
    useEffect(() => list.hear(), [list]);
    useEffect(() => search.hear(), [search]);
    useEffect(() => {
        if (wanted) void list.upTo(LARGE_PAGE); // of larger rooms the server finds those whose names begin as what is typed
    }, [list, wanted]);
    const some = next !== null && !loading;
    const look = useCallback((begin: string) => some && search.look(begin), [some, search]);
    const others = useMemo(() => {
        const read = new Set(members.map(({ user }) => user.id));
        return [...members, ...found.filter(({ user }) => !read.has(user.id))].filter(({ user }) => user.id !== me.id && !user.deleted);
    }, [members, found, me.id]);
    return useMemo(() => ({ members: others, look }), [others, look]);
}
