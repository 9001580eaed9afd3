declare const __VERSION__: string;

/** The version of the program that this page was built into. */
export const pageVersion = (): string => __VERSION__;

/**
 * How a server stands to this page, by the first two numbers of their versions: within these,
 * everything that one says the other understands. What is no version counts as the same.
 */
export function standingOf(server: string, page: string): "same" | "newer" | "older" {
    const [theirs, ours] = [partsOf(server), partsOf(page)];
    if (!theirs || !ours) return "same";
    const difference = theirs[0] - ours[0] || theirs[1] - ours[1];
    return difference === 0 ? "same" : difference > 0 ? "newer" : "older";
}

function partsOf(version: string): [number, number] | null {
    const found = /^(\d+)\.(\d+)/.exec(version);
    return found && [Number(found[1]), Number(found[2])];
}
