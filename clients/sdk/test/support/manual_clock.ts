import type { Clock } from "../../src/mod.js";

/** A clock that stands still until told otherwise. Chance is always `luck`. */
export class ManualClock implements Clock {
    luck = 0.5;
    private ms = Date.parse("2026-11-22T07:00:00Z");
    private timers: { at: number; work: () => void }[] = [];

    now(): number {
        return this.ms;
    }

    random(): number {
        return this.luck;
    }

    after(ms: number, work: () => void): () => void {
        const timer = { at: this.ms + ms, work };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((other) => other !== timer));
    }

    /** Lets time pass; what falls due runs in order, with all that follows from it. */
    async advance(ms: number): Promise<void> {
        const end = this.ms + ms;
        await settle();
        for (let due; (due = this.earliest(end)); ) {
            this.ms = Math.max(this.ms, due.at);
            this.timers = this.timers.filter((other) => other !== due);
            due.work();
            await settle();
        }
        this.ms = end;
    }

    private earliest(end: number): { at: number; work: () => void } | undefined {
        return this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
    }
}

/** Lets every promise that can go on do so. */
export async function settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
