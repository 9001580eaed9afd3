/** Nobody has touched any tab for so long: they are away. */
const AWAY_MS = 5 * 60_000;
const LOOK_MS = 20_000;
const KEY = "natternet.active";
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "focus"] as const;

type Keeper = Pick<globalThis.Storage, "getItem" | "setItem">;

/** Notices when nobody is at this device: in none of its tabs, which tell each other by `keeper`. */
export class Activity {
    private last: number;
    private told = 0;

    constructor(
        private readonly keeper: Keeper,
        private readonly onAway: (away: boolean) => void,
        now = Date.now(),
    ) {
        this.last = now;
    }

    /** Begins to look, for as long as the page lives. */
    watch(page: EventTarget): void {
        for (const sign of SIGNS) page.addEventListener(sign, () => this.touched(), { passive: true, capture: true });
        setInterval(() => this.look(), LOOK_MS);
    }

    /** Somebody did something. */
    touched(now = Date.now()): void {
        const wasAway = now - this.last >= AWAY_MS;
        this.last = now;
        if (now - this.told >= LOOK_MS) this.tell(now);
        if (wasAway) this.onAway(false);
    }

    /** To be called now and then. */
    look(now = Date.now()): void {
        this.last = Math.max(this.last, this.elsewhere());
        this.onAway(now - this.last >= AWAY_MS);
    }

    private tell(now: number): void {
        this.told = now;
        try {
            this.keeper.setItem(KEY, String(now));
        } catch {
            // Full or forbidden: each tab then looks for itself.
        }
    }

    private elsewhere(): number {
        try {
            return Number(this.keeper.getItem(KEY)) || 0;
        } catch {
            return 0;
        }
    }
}
