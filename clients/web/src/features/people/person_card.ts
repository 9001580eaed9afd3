import { Store } from "../../state/store.js";

export interface Shown {
    id: string;
    /** Where one came upon them: whoever may something against them there is offered it. */
    room: string | null;
}

/** Whose card is open, if anybody's. */
export const shownPerson = new Store<Shown | null>(null);

/** Shows who somebody is; from a message, with its room. */
export function openPerson(id: string, room: string | null = null): void {
    shownPerson.set({ id, room });
}
