import type { Feed } from "./feed.js";

const CONTACT = "contact:";
const BLOCK = "block:";

/** What one keeps of somebody, for oneself alone; the person is never told. */
export interface Contact {
    /** What one calls them oneself. */
    readonly nickname?: string;
    readonly notes?: string;
}

/**
 * The people one knows, and those one has blocked: entries of one's own feed (`contact:USER`,
 * `block:USER`), the same on all devices. What is changed here stands at once, and reaches the
 * server when there is a connection. `own` tells of changes.
 */
export class Contacts {
    constructor(private readonly feed: Pick<Feed, "get" | "all" | "put" | "delete">) {}

    /** What one keeps of somebody; null where they are no contact. */
    get(user: string): Contact | null {
        const value = this.feed.get(CONTACT + user);
        return value === null ? null : contactOf(value);
    }

    /** All contacts, by the ids of the people. */
    all(): Map<string, Contact> {
        return new Map(this.feed.all("contact").map(([key, value]) => [key.slice(CONTACT.length), contactOf(value)]));
    }

    /**
     * Makes somebody a contact, who may then write to one and bring one into groups where
     * one has the wish `contacts-only` (`client.privacy`). Other members of the entry than `contact`'s stay. Rejects with
     * `feed.full`, or `field.invalid` where it is more than 8,192 bytes.
     */
    put(user: string, contact: Contact = {}): Promise<void> {
        const { nickname: _, notes: __, ...others } = (this.feed.get(CONTACT + user) ?? {}) as Record<string, unknown>;
        const { nickname, notes } = contact;
        return this.feed.put(CONTACT + user, { ...others, ...(nickname && { nickname }), ...(notes && { notes }) });
    }

    /** They are a contact no more; nickname and notes are gone. */
    delete(user: string): Promise<void> {
        return this.feed.delete(CONTACT + user);
    }

    /** The ids of those whom one has blocked. */
    blocked(): Set<string> {
        return new Set(this.feed.all("block").map(([key]) => key.slice(BLOCK.length)));
    }

    /**
     * Who is blocked sees nothing of one's presence, cannot bring one into a room nor write in the direct
     * room of the two (`user.unreachable`), and is not told why. Oneself cannot write there either
     * (`user.blocked`). What they say in groups still comes, for the program to fold away.
     */
    block(user: string): Promise<void> {
        return this.feed.put(BLOCK + user, {});
    }

    /** Lets somebody write to one again. */
    unblock(user: string): Promise<void> {
        return this.feed.delete(BLOCK + user);
    }
}

/** Other programs may have written it: what is no text is left out. */
function contactOf(value: unknown): Contact {
    const { nickname, notes } = value as Record<string, unknown>;
    return {
        ...(typeof nickname === "string" && nickname !== "" && { nickname }),
        ...(typeof notes === "string" && notes !== "" && { notes }),
    };
}
