import { useCallback, useEffect, useMemo } from "react";
import { namesIn } from "../timeline/mentioned.js";
import { useApp, useMay, useMe, useRoom, useStore } from "../../state/use.js";
import type { Member } from "../../state/types.js";

/** All of the room, and those of them who are present. */
export const ALL = ["everyone", "here"] as const;

/** Whom what is written may speak to. */
export interface Mentionable {
    /** The others in the room, as far as they were read. */
    members: Member[];
    /** One may speak to all at once. */
    all: boolean;
    /** Whom a text mentions, as the server wants it: ids, `everyone`, `here`. */
    of(text: string): string[];
}

const BEGINS = /(?:^|[\s(])@/;

/** The members are read when an @ begins in the text, where somebody may have come since; who comes later is not waited for. */
export function useMentionable(room: string, text: string): Mentionable {
    const members = useOthers(room, BEGINS.test(text));
    const group = useRoom(room)?.kind === "group";
    const all = useMay(room, "mention_all") && group;
    const of = useCallback((words: string) => mentionsIn(words, members, all), [members, all]);
    return useMemo(() => ({ members, all, of }), [members, all, of]);
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

/** Of larger rooms only so many can be completed and mentioned by name. */
const MOST_READ = 2_000;

function useOthers(room: string, wanted: boolean): Member[] {
    const app = useApp();
    const me = useMe();
    const list = useMemo(() => app.members(room), [app, room]);
    const { members } = useStore(list);
    useEffect(() => list.hear(), [list]);
    useEffect(() => {
        if (wanted) void list.upTo(MOST_READ);
    }, [list, wanted]);
    return useMemo(() => members.filter(({ user }) => user.id !== me.id && !user.deleted), [members, me.id]);
}
