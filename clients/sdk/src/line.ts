import type { PendingAct } from "./acts.js";
import type { NatterError } from "./errors.js";
import type { FieldsOf, ConnectionState } from "./link.js";
import type { Command, Message, Replies, StoredEvent } from "./schema.gen.js";
import type { OutboxEntry } from "./outbox.js";
import type { Lent, SignedOutReason, SuspendedUntil } from "./tokens.js";

/** What tabs tell each other beside the connection's own traffic. */
export type TabNews =
    /** A message on its way changed its state; null: it is no longer on its way. */
    | { is: "outbox"; nonce: string; entry: OutboxEntry | null }
    | { is: "value"; key: string; value: unknown }
    /** An act that had waited was refused for good: whoever looks is to be told. */
    | { is: "refused"; act: PendingAct; code: NatterError["code"]; detail: string }
    /** A page of history was read, to be kept by whoever keeps. */
    | { is: "page"; room: string; events: readonly StoredEvent[]; from: number; to: number }
    /** A thread was read, likewise. */
    | { is: "thread"; root: Message; answers: readonly Message[] }
    /** Somebody signs out: the end of the session is to surprise nobody. */
    | { is: "leaving" }
    | { is: "staying" }
    | { is: "left"; reason: SignedOutReason; suspension?: SuspendedUntil };

/** A client's end of its connection: its own, or one that it shares with other tabs. */
export interface Line {
    readonly state: ConnectionState;
    /** Whether this client holds the connection, and so keeps and sends for all. */
    readonly leads: boolean;
    /** Finds out who leads; to be called before anything else. */
    join(owner: string): Promise<void>;
    start(): void;
    /** Gives the connection up; the other tabs can still be told why. */
    stop(): void;
    close(): void;
    wake(): void;
    networkLost(): void;
    call<Type extends Command["type"]>(type: Type, fields: FieldsOf<Type>): Promise<Replies[Type]>;
    /** Tells the other tabs. */
    tell(news: TabNews): void;
    /** A token from whoever leads; null where that is this client, or nobody answers. */
    borrow(refused: string): Promise<Lent | null>;
}
