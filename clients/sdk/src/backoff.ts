import type { Clock } from "./clock.js";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * How long to wait before trying again: doubles from half a second to half a minute, and half of
 * it is chance, so that a thousand clients of a restarted server do not return in one wave.
 */
export class Backoff {
    private failures = 0;

    constructor(
        private readonly clock: Clock,
        private readonly firstMs = FIRST_MS,
        private readonly longestMs = LONGEST_MS,
    ) {}

    next(): number {
        const ceiling = Math.min(this.longestMs, this.firstMs * 2 ** this.failures);
        if (ceiling < this.longestMs) this.failures += 1;
        return ceiling / 2 + (this.clock.random() * ceiling) / 2;
    }

    reset(): void {
        this.failures = 0;
    }
}
