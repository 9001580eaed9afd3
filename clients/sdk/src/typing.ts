import type { Clock } from "./clock.js";

/** How long somebody counts as typing after the last sign of it. */
const SHOWN_MS = 6_000;
/** One's own typing is told no more often than this. */
const TOLD_MS = 3_000;

/** Who is typing where, and telling others that one is. Nothing here is ever stored. */
export class Typing {
    /** By place: a room, or a thread in it. */
    private readonly places = new Map<string, Map<string, () => void>>();
    private readonly toldAt = new Map<string, number>();

    constructor(
        private readonly clock: Clock,
        private readonly tell: (room: string, thread: number | null) => Promise<unknown>,
        private readonly onChange: (room: string) => void,
    ) {}

    /** The ids of those who type in a room just now, or in the thread under its message `thread`. */
    in(room: string, thread: number | null = null): string[] {
        return [...(this.places.get(placeOf(room, thread))?.keys() ?? [])];
    }

    /** To be called at each keystroke; tells the others every few seconds. */
    tap(room: string, thread: number | null = null): void {
        const [place, now] = [placeOf(room, thread), this.clock.now()];
        if (now - (this.toldAt.get(place) ?? -Infinity) < TOLD_MS) return;
        this.toldAt.set(place, now);
        this.tell(room, thread).catch(() => {}); // a hint that is lost is lost
    }

    /** One has sent what one typed: the next keystroke is news again. @internal */
    sent(room: string, thread: number | null = null): void {
        this.toldAt.delete(placeOf(room, thread));
    }

    /** @internal */
    heard(room: string, user: string, thread: number | null = null): void {
        const place = placeOf(room, thread);
        const people = this.places.get(place) ?? new Map<string, () => void>();
        this.places.set(place, people);
        people.get(user)?.();
        people.set(user, this.clock.after(SHOWN_MS, () => this.stopped(room, user, thread)));
        this.onChange(room);
    }

    /** Somebody's message came, or their time is up. @internal */
    stopped(room: string, user: string, thread: number | null = null): void {
        const place = placeOf(room, thread);
        const people = this.places.get(place);
        const cancel = people?.get(user);
        if (!people || !cancel) return;
        cancel();
        people.delete(user);
        if (people.size === 0) this.places.delete(place);
        this.onChange(room);
    }

    /** @internal */
    clear(): void {
        for (const people of this.places.values()) for (const cancel of people.values()) cancel();
        this.places.clear();
        this.toldAt.clear();
    }
}

function placeOf(room: string, thread: number | null): string {
    return thread === null ? room : `${room}.${thread}`;
}
