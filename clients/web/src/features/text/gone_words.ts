import { t, type Key } from "../../i18n/mod.js";
import type { WhyGone } from "../../state/quotes.js";

const WORDS: Record<WhyGone, Key> = {
    deleted: "message.deleted",
    hidden: "message.hidden.gone",
    expired: "message.expired",
    before: "message.before",
    unknown: "message.gone",
};

/** What to say in the place of a message that is not to be had. */
export function goneWords(why: WhyGone): string {
    return t(WORDS[why]);
}

/** What to say in the place of a message that was deleted for everyone: by an administrator of the server, and why, where it was one. */
export function deletedWords(byServer: { reason: string | null } | null): string {
    if (byServer === null) return t("message.deleted");
    return byServer.reason === null ? t("message.deleted.server") : t("message.deleted.server.why", { text: byServer.reason });
}
