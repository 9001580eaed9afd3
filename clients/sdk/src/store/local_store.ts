import { withAnswer, type AnswerEvent } from "../answers.js";
import { withMark, type MarkEvent } from "../marks.js";
import { newerOf } from "../messages.js";
import type { OutboxEntry } from "../outbox.js";
import { withReactionsOf } from "../reactions.js";
import type { RoomEntry } from "../room_list.js";
import type { FeedEntry, Message, StoredEvent, User } from "../schema.gen.js";
import type { KeptThread } from "./kept_threads.js";
import type { Span } from "./spans.js";

/** What is kept of a room beside its log. */
export interface KeptRoom {
    id: string;
    entry: RoomEntry;
    lastMessage?: Message;
    /** The log has been handed out up to here; null where nothing is known of it yet. */
    seq: number | null;
    /** The stretches of the log whose messages are held. */
    spans: Span[];
    /** The threads of which answers are held; absent: none. */
    threads?: KeptThread[];
}

/** What an earlier run left. */
export interface Snapshot {
    rooms: KeptRoom[];
    outbox: OutboxEntry[];
    feed: FeedEntry[];
    values: [key: string, value: unknown][];
    /** Of the person's own feed. */
    rev: number;
}

/**
 * A message was edited or deleted, and `row` has it as it stands then, without the emoji on it; or an
 * emoji was put on it or taken off, or somebody voted (`me`: whose copy of the message it is); or somebody answered in its thread.
 */
export type Change = { room: string; seq: number } & ({ row: StoredEvent } | { mark: MarkEvent; me: string } | { answer: AnswerEvent });

/** One write: all of it is kept, or nothing. */
export interface Batch {
    rooms?: KeptRoom[];
    /** Rooms that are to be forgotten, with their logs and those of their threads. */
    gone?: string[];
    /** Rows of logs; one of the same room and seq replaces what was there. */
    events?: StoredEvent[];
    /** Rows of threads, each in a log of its thread's own (`threadLog`), which changes and cuts name as they name a room. */
    threadRows?: [log: string, row: StoredEvent][];
    /** Rows older than `seq` are forgotten. */
    cut?: { room: string; seq: number }[];
    /** What happened to messages, in order: rows that are held are brought up to date after all else, in the same write. */
    changes?: Change[];
    users?: User[];
    feed?: FeedEntry[];
    rev?: number;
    /** Messages on their way, each with its new state; null: it is no longer on its way. */
    outbox?: [nonce: string, entry: OutboxEntry | null][];
    /** The program's own values; undefined removes one. */
    values?: [key: string, value: unknown][];
}

/**
 * Where a client keeps a copy of what it knows, so that it can begin without the network. The
 * server has the truth: what cannot be kept is asked for again. Only unsent messages and values
 * exist nowhere else.
 *
 * `open()` comes first and says whose it is; nobody else's is ever given out. Rejections mean
 * that it is of no use any more in this run.
 */
export interface LocalStore {
    /** Takes up what is kept of this person, and nothing of anybody else. */
    open(owner: string): Promise<Snapshot>;
    /** Keeps what has changed. */
    write(batch: Batch): Promise<void>;
    /** The stretches held of a room; empty for a room that is not known. */
    spans(room: string): Promise<readonly Span[]>;
    /** Rows of a log from `from` to `to`, ascending: the newest `limit` of them, or the oldest. */
    events(room: string, from: number, to: number, limit: number, which: "newest" | "oldest"): Promise<StoredEvent[]>;
    /** Those of these people who are known. */
    users(ids: string[]): Promise<User[]>;
    /** Lets go without forgetting. */
    close(): void;
    /** Forgets everything of the owner, unless `butUnsent` what is on its way, and closes. */
    wipe(butUnsent: boolean): Promise<void>;
}

/** A held row after a change of its message; the same object where the change is an old one. */
export function changedRow(held: StoredEvent, change: Change): StoredEvent {
    if (held.type !== "message.created") return held;
    const message = changedMessage(held.message, change);
    return message === held.message ? held : { ...held, message };
}

function changedMessage(held: Message, change: Change): Message {
    if ("mark" in change) return withMark(held, change.mark, change.me);
    return "answer" in change ? withAnswer(held, change.answer) : edited(held, change.row);
}

function edited(held: Message, row: StoredEvent): Message {
    if (row.type !== "message.created" || newerOf(held, row.message) === held) return held;
    return withReactionsOf(row.message, held);
}
