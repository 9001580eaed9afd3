export interface ToastNote {
    id: number;
    text: string;
    act?: { label: string; run(): void };
}

/** Long enough to be read twice; what can be acted on stays longer. */
const SHOWN_MS = 5_000;
const ACTING_MS = 10_000;

let notes: readonly ToastNote[] = [];
let lastId = 0;
const watchers = new Set<() => void>();

function put(next: readonly ToastNote[]): void {
    notes = next;
    for (const watcher of [...watchers]) watcher();
}

export const toastNotes = (): readonly ToastNote[] => notes;

export function onToasts(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
}

export function dropToast(id: number): void {
    put(notes.filter((note) => note.id !== id));
}

/** Says something in passing, at the foot of the page; politely to those who listen. */
export function toast(text: string, act?: ToastNote["act"]): void {
    const id = ++lastId;
    put([...notes.filter((note) => note.text !== text).slice(-2), { id, text, ...(act ? { act } : {}) }]);
    setTimeout(() => dropToast(id), act ? ACTING_MS : SHOWN_MS);
}
