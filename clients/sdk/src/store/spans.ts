/** A stretch of a room's log, both ends included. */
export type Span = readonly [from: number, to: number];

/** Adds a stretch; those that touch become one. The list is ascending and never touches itself. */
export function addSpan(spans: readonly Span[], from: number, to: number): Span[] {
    if (to < from) return [...spans];
    const below = spans.filter((span) => span[1] < from - 1);
    const above = spans.filter((span) => span[0] > to + 1);
    const touched = spans.slice(below.length, spans.length - above.length);
    const first = Math.min(from, touched[0]?.[0] ?? from);
    const last = Math.max(to, touched.at(-1)?.[1] ?? to);
    return [...below, [first, last], ...above];
}

/** The stretch that holds `seq`. */
export function spanAt(spans: readonly Span[], seq: number): Span | undefined {
    return spans.findLast((span) => span[0] <= seq && seq <= span[1]);
}

/** What is left without everything older than `seq`. */
export function spansFrom(spans: readonly Span[], seq: number): Span[] {
    return spans.filter((span) => span[1] >= seq).map((span) => [Math.max(span[0], seq), span[1]]);
}

/** How many seqs are held. */
export function heldIn(spans: readonly Span[]): number {
    return spans.reduce((sum, span) => sum + span[1] - span[0] + 1, 0);
}

/** The seq from which on the newest `count` are held. */
export function newestFrom(spans: readonly Span[], count: number): number {
    let left = count;
    for (const [from, to] of spans.toReversed()) {
        if (to - from + 1 >= left) return to - left + 1;
        left -= to - from + 1;
    }
    return spans[0]?.[0] ?? 0;
}
