import type { Feed } from "./feed.js";

/** All there are. */
export const PRIVACY_WISHES = ["no-receipts", "no-last-seen", "unlisted", "contacts-only"] as const;
/**
 * `no-receipts`: nobody is told how far one has read or what has arrived, nor is one told it of others. `no-last-seen`: others are not
 * told when one was last there. `unlisted`: only one's contacts find one by name. `contacts-only`: only they bring one into rooms.
 */
export type PrivacyWish = (typeof PRIVACY_WISHES)[number];

const SETTINGS = "settings:";

/**
 * What one wants kept from others: entries of one's own feed (`settings:WISH`), the same on all devices, which the server heeds as
 * soon as it has them. What is changed here stands at once; `own` tells of changes (`privacyWishOf`).
 */
export class Privacy {
    constructor(private readonly feed: Pick<Feed, "get" | "put" | "delete">) {}

    /** Whether one has this wish. */
    has(wish: PrivacyWish): boolean {
        return this.feed.get(SETTINGS + wish) !== null;
    }

    /** All wishes that one has. */
    all(): Set<PrivacyWish> {
        return new Set(PRIVACY_WISHES.filter((wish) => this.has(wish)));
    }

    /** Resolves and rejects as `feed.put`, such as with `feed.full`; without a connection it is kept, and holds later. */
    set(wish: PrivacyWish, on: boolean): Promise<void> {
        return on ? this.feed.put(SETTINGS + wish, {}) : this.feed.delete(SETTINGS + wish);
    }
}

/** The wish that an entry of the feed is; null: it is something else. */
export function privacyWishOf(key: string): PrivacyWish | null {
    return PRIVACY_WISHES.find((wish) => key === SETTINGS + wish) ?? null;
}
