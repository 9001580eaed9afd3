import type { Clock } from "./clock.js";
import type * as t from "./schema.gen.js";

/** A change of a message that came without the message. */
export type BareChange = t.MessageUpdated | t.MessageDeleted;

export function isBareChange(event: t.StoredEvent): event is BareChange {
    return (event.type === "message.updated" || event.type === "message.deleted") && !event.message;
}

/** All members of a room hear of a change at once: on average so many of them ask in a millisecond. */
const ASKING_PER_MS = 1;
const WAIT_MOST_MS = 3_000;

export interface MissingMessagesPorts {
    /** The message as it stands now. */
    get(room: string, seq: number): Promise<t.Message>;
    /** How many people are in a room, and from where on one reads it. */
    room(id: string): { member_count: number; first_seq: number } | undefined;
    told(event: BareChange & { message: t.Message }, backlog: boolean): void;
    failed(event: BareChange, error: unknown): void;
    /** It was not asked for, and will not be. */
    left(event: BareChange): void;
}

/**
 * Asks for messages of which only their change was told: some members of the room may not read them, so nobody was told
 * the words. Each client waits by chance, longer in larger rooms, so that the server is not asked by everybody at the same
 * moment; of changes of one message meanwhile the last is told.
 */
export class MissingMessages {
    private readonly waiting = new Map<string, { event: BareChange; backlog: boolean; cancel: () => void }>();

    constructor(
        private readonly clock: Clock,
        private readonly ports: MissingMessagesPorts,
    ) {}

    /** Nothing is asked for that is from before one's own time in the room. */
    heard(event: BareChange, backlog: boolean): void {
        const room = this.ports.room(event.room);
        if (!room || event.target < room.first_seq) return;
        const key = `${event.room} ${event.target}`;
        const known = this.waiting.get(key);
        const wait = this.clock.random() * Math.min(room.member_count / ASKING_PER_MS, WAIT_MOST_MS);
        const cancel = known?.cancel ?? this.clock.after(wait, () => this.ask(key));
        this.waiting.set(key, { event, backlog, cancel });
    }

    /** The client stops: what still waits is left. */
    close(): void {
        for (const { event, cancel } of this.waiting.values()) {
            cancel();
            this.ports.left(event);
        }
        this.waiting.clear();
    }

    private ask(key: string): void {
        const { event, backlog } = this.waiting.get(key)!;
        this.waiting.delete(key);
        this.ports.get(event.room, event.target).then(
            (message) => this.ports.told({ ...event, message }, backlog),
            (error) => this.ports.failed(event, error),
        );
    }
}
