import type { Reported } from "../../state/types.js";
import { Store } from "../../state/store.js";

export interface Reporting {
    what: Reported;
    /** Who or what it is called. */
    name: string;
}

/** What is about to be reported, if anything is. */
export const reporting = new Store<Reporting | null>(null);

/** Asks what is wrong with it. */
export function beginReport(what: Reported, name: string): void {
    reporting.set({ what, name });
}
