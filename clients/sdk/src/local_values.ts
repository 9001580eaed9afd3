/** Before the nonce, in the keys of acts on their way. */
export const ACT = "act.";
/** Before the key of an entry of the person's own feed that is not on the server yet. */
export const ENTRY = "feed.";

/** Whether the value under this key is on its way to the server, and exists nowhere else. */
export function isUnsent(key: string): boolean {
    return key.startsWith(ACT) || key.startsWith(ENTRY);
}

/** The person's own values on this device: drafts, habits. Kept in the local store; no secrets. */
export class LocalValues {
    private readonly values = new Map<string, unknown>();

    constructor(
        private readonly keep: (key: string, value: unknown) => void,
        private readonly onChange: (key: string) => void,
    ) {}

    /** @internal */
    open(kept: [key: string, value: unknown][]): void {
        for (const [key, value] of kept) if (!this.values.has(key)) this.values.set(key, value);
    }

    /** Undefined: there is none. */
    get(key: string): unknown {
        return this.values.get(key);
    }

    /** All keys with this beginning. */
    keys(beginning = ""): string[] {
        return [...this.values.keys()].filter((key) => key.startsWith(beginning));
    }

    /** Undefined removes it. */
    set(key: string, value: unknown): void {
        this.take(key, value);
        this.keep(key, value);
    }

    /** Takes what is kept already. @internal */
    take(key: string, value: unknown): void {
        if (value === undefined) this.values.delete(key);
        else this.values.set(key, value);
        this.onChange(key);
    }

    /** @internal */
    clear(): void {
        this.values.clear();
    }
}
