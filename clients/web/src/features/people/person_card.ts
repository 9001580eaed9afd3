import { Store } from "../../state/store.js";

/** Whose card is open, if anybody's. */
export const shownPerson = new Store<string | null>(null);

/** Shows who somebody is. */
export function openPerson(id: string): void {
    shownPerson.set(id);
}
