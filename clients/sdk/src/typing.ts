import type { Clock } from "./clock.js";

/** How long somebody counts as typing after the last sign of it. */
const SHOWN_MS = 6_000;
/** One's own typing is told no more often than this. */
const TOLD_MS = 3_000;

/** Who is typing where, and telling others that one is. Nothing here is ever stored. */
export class Typing {
    private readonly rooms = new Map<string, Map<string, () => void>>();
    private readonly toldAt = new Map<string, number>();

    constructor(
        private readonly clock: Clock,
        private readonly tell: (room: string) => Promise<unknown>,
        private readonly onChange: (room: string) => void,
    ) {}

    /** The ids of those who type in a room just now. */
    in(room: string): string[] {
        return [...(this.rooms.get(room)?.keys() ?? [])];
    }

    /** To be called at each keystroke; tells the others every few seconds. */
    tap(room: string): void {
        const now = this.clock.now();
        if (now - (this.toldAt.get(room) ?? -Infinity) < TOLD_MS) return;
        this.toldAt.set(room, now);
        this.tell(room).catch(() => {}); // a hint that is lost is lost
    }

    /** One has sent what one typed: the next keystroke is news again. */
    sent(room: string): void {
        this.toldAt.delete(room);
    }

    heard(room: string, user: string): void {
        const people = this.rooms.get(room) ?? new Map<string, () => void>();
        this.rooms.set(room, people);
        people.get(user)?.();
        people.set(user, this.clock.after(SHOWN_MS, () => this.stopped(room, user)));
        this.onChange(room);
    }

    /** Somebody's message came, or their time is up. */
    stopped(room: string, user: string): void {
        const people = this.rooms.get(room);
        const cancel = people?.get(user);
        if (!people || !cancel) return;
        cancel();
        people.delete(user);
        this.onChange(room);
    }

    clear(): void {
        for (const people of this.rooms.values()) for (const cancel of people.values()) cancel();
        this.rooms.clear();
        this.toldAt.clear();
    }
}
