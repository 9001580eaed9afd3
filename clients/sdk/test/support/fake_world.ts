import type { Content, Member, Message, RoomView, StoredEvent, SyncRoom, User } from "../../src/mod.js";

/** Stored events before the log numbers them. */
type Draft<Event = StoredEvent> = Event extends StoredEvent ? Omit<Event, "room" | "seq" | "count" | "created_at"> : never;

const EPOCH = Date.parse("2026-11-22T07:00:00Z");

/** A room of the fake server: a log, its members, their markers. */
export class FakeRoom {
    readonly log: StoredEvent[] = [];
    readonly members: Member[] = [];
    readonly readSeq = new Map<string, number>();
    /** How long it keeps what is said. */
    retention_s: number | undefined;

    constructor(
        readonly id: string,
        readonly kind: "direct" | "group",
        public name: string | undefined,
        private readonly now: () => number = () => EPOCH,
    ) {}

    get lastSeq(): number {
        return this.log.length;
    }

    countAt(seq: number): number {
        return this.log[seq - 1]?.count ?? 0;
    }

    has(user: string): boolean {
        return this.members.some((member) => member.user.id === user);
    }

    append(draft: Draft): StoredEvent {
        const counted = draft.type === "message.created" ? 1 : 0;
        const event = {
            ...draft,
            room: this.id,
            seq: this.lastSeq + 1,
            count: this.countAt(this.lastSeq) + counted,
            created_at: new Date(this.now()).toISOString(),
        } as StoredEvent;
        this.log.push(event);
        return event;
    }

    message(sender: string, nonce: string, content: Content): { event: StoredEvent; duplicate: boolean } {
        const known = this.messages().find((message) => message.sender === sender && message.nonce === nonce);
        if (known) return { event: this.log[known.seq - 1]!, duplicate: true };
        const message = { room: this.id, sender, nonce, content } as Message;
        const event = this.append({ type: "message.created", sender, nonce, message });
        const { seq, count, created_at } = event;
        Object.assign(message, { seq, count, created_at, id: `${this.id}.${seq}` });
        this.readSeq.set(sender, seq);
        return { event, duplicate: false };
    }

    /** Somebody answers in the thread under `root`, which is told of it. */
    answer(sender: string, root: number, text: string): StoredEvent {
        const answers = this.thread(root).length + 1;
        const { event } = this.message(sender, `${sender}-${text}`, { type: "text", text });
        if (event.type !== "message.created") throw new Error("no message");
        Object.assign(event.message, { thread: root, answers });
        Object.assign(this.messages().find(({ seq }) => seq === root)!, { answers, answered_at: event.created_at, answered_by: [sender] });
        return event;
    }

    thread(root: number): Message[] {
        return this.messages().filter(({ thread }) => thread === root);
    }

    messages(): Message[] {
        return this.log.flatMap((event) => (event.type === "message.created" ? [event.message] : []));
    }

    view(user: string): RoomView {
        const read_seq = this.readSeq.get(user) ?? 0;
        const last_count = this.countAt(this.lastSeq);
        const peer = this.members.find((member) => member.user.id !== user)?.user;
        return {
            id: this.id,
            kind: this.kind,
            created_at: this.log[0]!.created_at,
            first_seq: 1,
            ...(this.retention_s !== undefined && { retention_s: this.retention_s }),
            last_seq: this.lastSeq,
            member_count: this.members.length,
            role: this.members.find((member) => member.user.id === user)?.role ?? "member",
            last_count,
            read_seq,
            read_count: this.countAt(read_seq),
            unread: last_count - this.countAt(read_seq),
            mentions: 0,
            ...(this.kind === "group" ? { name: this.name ?? "" } : peer ? { peer } : {}),
        };
    }

    /** What sync says of it to somebody who has seen up to `seen`, or has never named it. */
    missing(user: string, seen: number | undefined, limit: number, newest = 20): SyncRoom | null {
        if (seen !== undefined && seen >= this.lastSeq) return null;
        const from = seen ?? Math.max(0, this.lastSeq - newest);
        const events = this.log.slice(from, from + limit);
        const has_more = seen === undefined ? from > 0 : from + events.length < this.lastSeq;
        const { id, created_at: _, ...view } = this.view(user);
        const last = events.some(({ type }) => type === "message.created") ? undefined : this.messages().findLast((message) => message.thread === undefined);
        return { ...view, edit_history_s: 0, room: id, ...(seen === undefined && last && { last_message: last }), events, has_more };
    }
}

export function fakeUser(id: string, name = id): User {
    return { id, username: name.toLowerCase().replaceAll(" ", "."), display_name: name, created_at: "2026-11-22T07:00:00.000Z" };
}
