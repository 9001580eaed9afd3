/** Bytes of UTF-8 that one letter of a text takes at most. */
const MOST_BYTES = 3;

/** Whether a text is more than the server takes in one message, as far as it has said how much that is. */
export function isTooLong({ limits }: { limits: Readonly<Record<string, number>> }, text: string): boolean {
    const most = limits["message_bytes"] ?? Infinity;
    return text.length * MOST_BYTES > most && new TextEncoder().encode(text).length > most;
}
