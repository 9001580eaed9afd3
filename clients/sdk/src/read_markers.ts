import { isTransient } from "./errors.js";

/**
 * Tells the server how far one has read. Only the newest wish of a room counts; one that could
 * not be told is told after the next connect.
 */
export class ReadMarkers {
    private readonly wanted = new Map<string, number>();
    private readonly telling = new Set<string>();

    constructor(private readonly tell: (room: string, seq: number) => Promise<unknown>) {}

    want(room: string, seq: number): void {
        if (seq <= (this.wanted.get(room) ?? 0)) return;
        this.wanted.set(room, seq);
        void this.flush(room);
    }

    flushAll(): void {
        for (const room of this.wanted.keys()) void this.flush(room);
    }

    clear(): void {
        this.wanted.clear();
    }

    private async flush(room: string): Promise<void> {
        if (this.telling.has(room)) return;
        this.telling.add(room);
        try {
            for (let told = 0, seq; (seq = this.wanted.get(room)) !== undefined && seq > told; told = seq) {
                await this.tell(room, seq);
                if (this.wanted.get(room) === seq) this.wanted.delete(room);
            }
        } catch (error) {
            if (!isTransient(error)) this.wanted.delete(room);
        } finally {
            this.telling.delete(room);
        }
    }
}
