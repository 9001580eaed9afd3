/** Letters without case and accents, so that "jose" finds José. */
export function folded(text: string): string {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** How well a name fits what is looked for: 0 not at all; the beginning best, then a word's beginning. */
export function fitOf(name: string, wanted: string): number {
    const [text, search] = [folded(name), folded(wanted.trim())];
    if (search === "") return 1;
    const at = text.indexOf(search);
    if (at === 0) return 3;
    if (at > 0) return /[\p{L}\p{N}]/u.test(text[at - 1]!) ? 1 : 2;
    return search.split(/\s+/).every((word) => text.includes(word)) ? 1 : 0;
}

/** Those that fit, the best first; among equals the order stays. */
export function bestFits<Entry>(entries: readonly Entry[], wanted: string, nameOf: (entry: Entry) => string): Entry[] {
    const rated = entries.map((entry) => ({ entry, fit: fitOf(nameOf(entry), wanted) })).filter(({ fit }) => fit > 0);
    return rated.sort((a, b) => b.fit - a.fit).map(({ entry }) => entry);
}
