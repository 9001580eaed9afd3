import type { Emoji } from "@natternet/sdk";
import { Store } from "./store.js";

export interface OwnEmoji {
    /** By name. */
    all: readonly Emoji[];
    /** Where the image of `:name:` is; undefined: the server has no such emoji. */
    image(text: string): string | undefined;
    /** The image moves. */
    moves(text: string): boolean;
}

/** The emoji of the server. What fills it comes later than the page: until then their names are to be read. */
export const ownEmoji = new Store<OwnEmoji>({ all: [], image: () => undefined, moves: () => false });
