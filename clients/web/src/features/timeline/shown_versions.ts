import { Store } from "../../state/store.js";

/** The message of which it is asked what it said before it was edited. */
export const shownVersions = new Store<{ room: string; seq: number } | null>(null);
