import type { Feed } from "./feed.js";
import type { LocalValues } from "./local_values.js";

const DRAFT = "draft:";
/** Of the client's values: what the feed could not take. */
const LOCAL = "draft.";
/** Of an entry's value as JSON, somewhat less than the server takes. */
const FEED_BYTES = 8_000;

/** What was typed and not sent. */
export interface Draft {
    readonly text: string;
    /** seq of the message that it is to answer. */
    readonly reply_to?: number;
}

/**
 * What was typed and not sent: entries of one's own feed (`draft:PLACE`), so that one can begin on one device and go on with
 * another. A place is a room's id, or what `placeOf` makes of the thread under one of its messages. What is longer than 8,000
 * bytes as JSON, and what the server refuses, such as with `feed.full`, stays on this device (in `client.values`), without what it
 * was to answer. What is changed here stands at once; `own` (`draftPlaceOf`) and `value` (`localDraftPlaceOf`) tell of changes.
 */
export class Drafts {
    /** By place, what was set last and is not through. */
    private readonly latest = new Map<string, object>();

    constructor(
        private readonly feed: Pick<Feed, "get" | "all" | "put" | "delete">,
        private readonly values: Pick<LocalValues, "get" | "set" | "keys">,
    ) {}

    /** Null: nothing is begun there. */
    get(place: string): Draft | null {
        const text = this.values.get(LOCAL + place);
        return this.shared(place) ?? (isText(text) ? { text } : null);
    }

    /** All that is begun, by place. */
    all(): Map<string, Draft> {
        const places = new Set([...this.feed.all("draft").map(([key]) => key.slice(DRAFT.length)), ...this.localPlaces()]);
        return new Map([...places].flatMap((place): [string, Draft][] => {
            const draft = this.get(place);
            return draft ? [[place, draft]] : [];
        }));
    }

    /**
     * Puts a draft in the place of what was begun there; one without words takes that away. It is meant for pauses: each call is
     * a message to the server, unless nothing is different. Resolves when the server has it, or it is kept here.
     */
    async set(place: string, { text, reply_to }: Draft): Promise<void> {
        const value = { text, ...(reply_to !== undefined && { reply_to }) };
        const tooLong = new TextEncoder().encode(JSON.stringify(value)).length > FEED_BYTES;
        if (this.isKept(place, value, tooLong)) return;
        const local = this.values.get(LOCAL + place);
        // First the feed: with both gone for a moment the text would be, too.
        const written = text === "" || tooLong ? this.feed.delete(DRAFT + place) : this.feed.put(DRAFT + place, value);
        if (tooLong) this.values.set(LOCAL + place, text);
        else if (local !== undefined) this.values.set(LOCAL + place, undefined);
        this.latest.set(place, value);
        const isLatest = () => this.latest.get(place) === value;
        await written.catch(() => isLatest() && this.values.set(LOCAL + place, text || undefined));
        if (isLatest()) this.latest.delete(place);
    }

    /** Nothing is begun there any more. */
    delete(place: string): Promise<void> {
        return this.set(place, { text: "" });
    }

    /**
     * Puts what this device alone keeps into the feed, behind what is there, where the feed can take it now: to be called
     * after `synced`. Places where somebody is writing just now (`isBusy`) are left for the next time.
     */
    share(isBusy: (place: string) => boolean = () => false): void {
        for (const place of this.localPlaces()) {
            const text = this.values.get(LOCAL + place);
            if (isBusy(place) || !isText(text)) continue;
            const { text: other, ...answer } = this.shared(place) ?? { text: "" };
            void this.set(place, { ...answer, text: other === "" || other === text ? text : `${other}\n${text}` });
        }
    }

    private isKept(place: string, { text, reply_to }: Draft, tooLong: boolean): boolean {
        const [known, local] = [this.shared(place), this.values.get(LOCAL + place)];
        if (tooLong) return local === text && !known;
        return local === undefined && (known?.text ?? "") === text && known?.reply_to === (text === "" ? undefined : reply_to);
    }

    private localPlaces(): string[] {
        return this.values.keys(LOCAL).map((key) => key.slice(LOCAL.length));
    }

    /** What other programs wrote there that is no draft counts as none. */
    private shared(place: string): Draft | null {
        const { text, reply_to } = (this.feed.get(DRAFT + place) ?? {}) as Record<string, unknown>;
        return isText(text) ? { text, ...(typeof reply_to === "number" && { reply_to }) } : null;
    }
}

/** Where one writes: a room, or the thread under one of its messages. */
export function placeOf(room: string, thread: number | null): string {
    return thread === null ? room : `${room}.${thread}`;
}

/** The place whose draft an entry of the feed is; null: the key is of another family. */
export function draftPlaceOf(key: string): string | null {
    return key.startsWith(DRAFT) ? key.slice(DRAFT.length) : null;
}

/** The place whose draft one of the client's values is; null: it is something else. */
export function localDraftPlaceOf(key: string): string | null {
    return key.startsWith(LOCAL) ? key.slice(LOCAL.length) : null;
}

function isText(value: unknown): value is string {
    return typeof value === "string" && value !== "";
}
