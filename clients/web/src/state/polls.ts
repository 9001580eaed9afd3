import type { PollContent } from "@natternet/sdk";

export { isPollClosed } from "@natternet/sdk";

/** What is chosen when this option is pressed: it is taken, or let go. */
export function choicesAfter({ multiple }: PollContent, mine: readonly number[], option: number): number[] {
    if (mine.includes(option)) return mine.filter((one) => one !== option);
    return multiple ? [...mine, option].sort((a, b) => a - b) : [option];
}
