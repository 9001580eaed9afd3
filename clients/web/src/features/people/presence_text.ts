import { dateAndTime, shortTime } from "../../i18n/dates.js";
import { t, type Key } from "../../i18n/mod.js";
import type { Presence } from "../../state/types.js";

export const STATES: Record<Presence["presence"], Key> = {
    online: "presence.online",
    away: "presence.away",
    busy: "presence.busy",
    offline: "presence.offline",
};

/** Whether somebody is there, or was last: one line; null where nothing is known. `long`: with the whole date. */
export function presenceText(presence: Presence | undefined, long = false): string | null {
    if (!presence) return null;
    const { presence: state, last_seen: seen } = presence;
    if (state === "offline" && seen !== undefined) return t("presence.seen", { time: long ? dateAndTime(seen) : shortTime(seen) });
    return t(STATES[state]);
}

/** What somebody says of it: their emoji and words; empty where they say nothing. */
export function statusText(presence: Presence | undefined): string {
    return [presence?.emoji, presence?.text].filter(Boolean).join(" ");
}
