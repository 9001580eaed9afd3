import { Store } from "./store.js";

/** What a person likes, on this device. */
export interface PreferencesView {
    theme: "system" | "light" | "dark";
    /** High contrast; the system may ask for it too. */
    contrast: boolean;
    density: "cosy" | "compact";
    size: "small" | "normal" | "large" | "huge";
    /** A language tag, or "" for the browser's. */
    language: string;
    /** Else Enter begins a new line, and Ctrl and Enter sends. */
    enterSends: boolean;
    desktop: boolean;
    sound: boolean;
    /** Rooms that tell of themselves quietly: earlier versions kept them here, now room_marks.ts does. */
    muted: readonly string[];
    /** Rooms that stay at the top: as `muted`. */
    pinned: readonly string[];
    /** The folder whose rooms the list shows; "" for all. */
    folder: string;
    /** 0 for the yellow one, 1 to 5 from light to dark. */
    skinTone: number;
    /** The emoji picked last, the newest first. */
    emoji: readonly string[];
}

const DEFAULTS: PreferencesView = {
    theme: "system",
    contrast: false,
    density: "cosy",
    size: "normal",
    language: "",
    enterSends: true,
    desktop: false,
    sound: false,
    muted: [],
    pinned: [],
    folder: "",
    skinTone: 0,
    emoji: [],
};
const ALLOWED: { [Name in keyof PreferencesView]?: readonly unknown[] } = {
    theme: ["system", "light", "dark"],
    density: ["cosy", "compact"],
    size: ["small", "normal", "large", "huge"],
    skinTone: [0, 1, 2, 3, 4, 5],
};
const KEY = "natternet.preferences";
const EMOJI_KEPT = 24;

type Keeper = Pick<globalThis.Storage, "getItem" | "setItem">;

/** Keeps what a person likes; a broken or foreign record counts as none. */
export class Preferences extends Store<PreferencesView> {
    constructor(private readonly keeper: Keeper) {
        super(read(keeper.getItem(KEY)));
    }

    /** Takes over what another tab has changed. */
    reread(): void {
        this.set(read(this.keeper.getItem(KEY)));
    }

    change(change: Partial<PreferencesView>): void {
        this.update(change);
        try {
            this.keeper.setItem(KEY, JSON.stringify(this.get()));
        } catch {
            // No room to keep it: it holds for as long as the page is open.
        }
    }

    usedEmoji(emoji: string): void {
        this.change({ emoji: [emoji, ...this.get().emoji.filter((other) => other !== emoji)].slice(0, EMOJI_KEPT) });
    }
}

function read(text: string | null): PreferencesView {
    const kept = parse(text);
    const entries = (Object.entries(DEFAULTS) as [string, unknown][]).map(([name, standard]) => [name, isFit(name as keyof PreferencesView, kept[name]) ? kept[name] : standard]);
    return Object.fromEntries(entries) as PreferencesView;
}

function parse(text: string | null): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text ?? "{}");
        return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}

function isFit(name: keyof PreferencesView, value: unknown): boolean {
    if (Array.isArray(DEFAULTS[name])) return Array.isArray(value) && value.every((entry) => typeof entry === "string");
    return typeof value === typeof DEFAULTS[name] && (ALLOWED[name]?.includes(value) ?? true);
}
