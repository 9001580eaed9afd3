/** What is asked for because something happened begins at most so often. */
const PAUSE_MS = 1_000;

/**
 * Does a piece of work one time at a time. However often it is asked for meanwhile, it is done once more, so that
 * what was read last is true, and a storm of events is no storm of requests.
 */
export class OneAtATime {
    private running: Promise<void> | null = null;
    private again: Promise<void> | null = null;
    private lastMs = -Infinity;
    private timer: ReturnType<typeof setTimeout> | undefined;

    /** `work` does not fail. */
    constructor(private readonly work: () => Promise<void>) {}

    /** Somebody waits for it. Resolves when it was done from its beginning after this call. */
    now(): Promise<void> {
        this.stop();
        if (!this.running) return this.begin();
        this.again ??= this.running.then(() => {
            this.again = null;
            return this.begin();
        });
        return this.again;
    }

    /** Something happened: at once, or as soon as the pause after the last time is over. */
    soon(): void {
        if (this.timer !== undefined || this.again) return;
        // A clock that was set back makes nobody wait longer.
        const waitMs = Math.min(PAUSE_MS, this.lastMs + PAUSE_MS - Date.now());
        if (waitMs <= 0) return void this.now();
        this.timer = setTimeout(() => void this.now(), waitMs);
    }

    /** What would have been done soon is not any more. */
    stop(): void {
        clearTimeout(this.timer);
        this.timer = undefined;
    }

    private begin(): Promise<void> {
        this.lastMs = Date.now();
        this.running = this.work().finally(() => {
            this.running = null;
        });
        return this.running;
    }
}
