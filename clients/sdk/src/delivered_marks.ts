import type { Clock } from "./clock.js";
import { isTransient } from "./errors.js";

/** What arrives within this time is told together: of a room, the last of it. */
const GATHER_MS = 1_000;
/** Rooms that are told of at a time, so that a long absence is no rush of commands. */
const ROOMS_AT_ONCE = 20;

export interface DeliveredPorts {
    tell(room: string, seq: number): Promise<unknown>;
    /** Whether others are to know of it, and do not by a read marker. Asked when it is told. */
    isNews(room: string, seq: number): boolean;
    isOnline(): boolean;
}

/**
 * Tells the server how far this device has what others sent, so that they see it: not of each message, but of a
 * room at most once a second. What cannot be told is told after the next connect.
 */
export class DeliveredMarks {
    private readonly wanted = new Map<string, number>();
    private cancel: (() => void) | null = null;

    constructor(
        private readonly clock: Clock,
        private readonly ports: DeliveredPorts,
    ) {}

    /** A message of somebody else is here. */
    arrived(room: string, seq: number): void {
        if (seq <= (this.wanted.get(room) ?? 0) || !this.ports.isNews(room, seq)) return;
        this.wanted.set(room, seq);
        this.wait();
    }

    /** There is a connection: what was left over is told. */
    connected(): void {
        if (this.wanted.size > 0) this.wait();
    }

    clear(): void {
        this.cancel?.();
        this.cancel = null;
        this.wanted.clear();
    }

    private wait(): void {
        this.cancel ??= this.clock.after(GATHER_MS, () => {
            this.cancel = null;
            if (this.ports.isOnline()) this.flush();
        });
    }

    private flush(): void {
        for (const [room, seq] of [...this.wanted].slice(0, ROOMS_AT_ONCE)) {
            this.wanted.delete(room);
            if (!this.ports.isNews(room, seq)) continue;
            this.ports.tell(room, seq).catch((error: unknown) => isTransient(error) && this.again(room, seq));
        }
        if (this.wanted.size > 0) this.wait();
    }

    private again(room: string, seq: number): void {
        if (seq <= (this.wanted.get(room) ?? 0)) return;
        this.wanted.set(room, seq);
        if (this.ports.isOnline()) this.wait();
    }
}
