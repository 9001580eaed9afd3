import type { Clock } from "./clock.js";
import { readJson, type Storage } from "./storage.js";

const KEY = "clock";
/** Two clocks this close count as the same: less is what a message takes on its way. */
const SAME_MS = 1_000;

/**
 * The server's clock, as far as it is known: this device's, and by how much that is wrong. The server tells its time
 * at each connect and in each answer to a ping; what was told last is remembered for the next run, which may begin without it.
 */
export class ServerClock implements Clock {
    private ahead: number;

    constructor(
        private readonly device: Clock,
        private readonly storage: Storage,
        /** It was wrong by so much, and is right now; below 0: it had been ahead. */
        private readonly onTurned: (ms: number) => void,
    ) {
        this.ahead = this.kept();
    }

    now(): number {
        return this.device.now() + this.ahead;
    }

    after(ms: number, work: () => void): () => void {
        return this.device.after(ms, work);
    }

    random(): number {
        return this.device.random();
    }

    /** The server says what time it is. */
    told(time: string): void {
        const ahead = Date.parse(time) - this.device.now();
        if (!Number.isFinite(ahead) || Math.abs(ahead - this.ahead) < SAME_MS) return;
        this.storage.set(KEY, JSON.stringify(ahead));
        this.turn(ahead);
    }

    /** Another program that shares the storage may have been told. */
    reread(): void {
        const ahead = this.kept();
        if (Math.abs(ahead - this.ahead) >= SAME_MS) this.turn(ahead);
    }

    private turn(ahead: number): void {
        const turned = ahead - this.ahead;
        this.ahead = ahead;
        this.onTurned(turned);
    }

    private kept(): number {
        const kept = readJson<unknown>(this.storage, KEY);
        return typeof kept === "number" && Number.isFinite(kept) ? kept : 0;
    }
}
