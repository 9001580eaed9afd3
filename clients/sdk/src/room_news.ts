import type { StoredEvent } from "./schema.gen.js";

/** So many events wait for their room to be told, and then the oldest go. */
const EARLY = 1_000;
/** Of so many rooms, and then all of the one that waits longest. */
const EARLY_ROOMS = 100;
/** So many mentions of a room are known by their place: more than come while an answer is on its way. */
const PLACES = 1_000;

/** What came of rooms that an answer of the server may not know of yet, or knows better: until that answer is there. */
export class RoomNews {
    /** Of rooms that are not known yet: what is to be done once they are. */
    private readonly early = new Map<string, (() => void)[]>();
    /** Seqs of what mentions this person. */
    private readonly mentions = new Map<string, number[]>();
    /** Rooms of which more was taken for read than was. */
    private readonly doubted = new Set<string>();

    /** Once the room is told of. */
    later(room: string, apply: () => void): void {
        push(this.early, room, apply, EARLY);
        if (this.early.size > EARLY_ROOMS) this.early.delete(this.early.keys().next().value!);
    }

    /** What was to be done once it is. */
    takeEarly(room: string): (() => void)[] {
        const early = this.early.get(room) ?? [];
        this.early.delete(room);
        return early;
    }

    mention({ room, seq }: StoredEvent): void {
        push(this.mentions, room, seq, PLACES);
    }

    /** How many mentions came behind this one. */
    mentionsSince(room: string, seq: number): number {
        return (this.mentions.get(room) ?? []).filter((one) => one > seq).length;
    }

    /** How far this person has read counts as unknown until the server tells it. */
    doubt(room: string): void {
        this.doubted.add(room);
    }

    /** Whether it was doubted; it is no more. */
    takeDoubt(room: string): boolean {
        return this.doubted.delete(room);
    }

    /** One is in that room no more. */
    forget(room: string): void {
        this.early.delete(room);
        this.mentions.delete(room);
        this.doubted.delete(room);
    }

    clear(): void {
        this.early.clear();
        this.mentions.clear();
        this.doubted.clear();
    }
}

function push<Value>(all: Map<string, Value[]>, key: string, value: Value, most: number): void {
    const values = all.get(key) ?? [];
    if (values.push(value) > most) values.shift();
    all.set(key, values);
}
