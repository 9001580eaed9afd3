/** Where one writes, in the keys of drafts: a room, or the thread under one of its messages. */
export function placeOf(room: string, thread: number | null): string {
    return thread === null ? room : `${room}.${thread}`;
}
