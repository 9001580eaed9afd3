import type { Api } from "./api.js";
import type { FeedEntry, ListFeedAnswer } from "./schema.gen.js";

/**
 * What belongs to a person rather than a room, the same on all devices: settings, drafts, saved
 * messages, contacts, blocks. Putting the same again changes nothing, so it may be repeated.
 */
export class Feed {
    constructor(private readonly api: Api) {}

    get(key: string): Promise<FeedEntry> {
        return this.api.call("GET", path(key));
    }

    /** `value` is an object; what it says is the program's to decide. */
    put(key: string, value: object): Promise<FeedEntry> {
        return this.api.call("PUT", path(key), { body: { value } });
    }

    delete(key: string): Promise<void> {
        return this.api.call("DELETE", path(key));
    }

    /** Entries of one family (`saved`, `contact`, ...), by key. */
    list(family: string, cursor?: string): Promise<ListFeedAnswer> {
        return this.api.call("GET", "/me/feed", { query: { family, cursor } });
    }
}

function path(key: string): string {
    return `/me/feed/${encodeURIComponent(key)}`;
}
