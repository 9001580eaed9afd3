import type { Key } from "../../i18n/mod.js";
import type { NewcomerBar } from "../../state/types.js";

/** What newcomers may not do. */
export const BARS: Record<NewcomerBar, Key> = {
    links: "newcomers.links",
    mention_all: "newcomers.mention_all",
    strangers: "newcomers.strangers",
};
