import { Store } from "../../state/store.js";
import type { MessageItem } from "../../state/timeline_items.js";

/** The message of which it is asked what it said before it was edited, as it was then. */
export const shownVersions = new Store<{ room: string; seq: number; item: MessageItem } | null>(null);
