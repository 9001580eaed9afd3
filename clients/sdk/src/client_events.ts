import type { PendingAct } from "./acts.js";
import type { NatterError } from "./errors.js";
import type { HiddenMessage } from "./hidden.js";
import type { ConnectionState } from "./link.js";
import type { MarkEvent } from "./marks.js";
import type { SignedOutReason } from "./tokens.js";
import type * as t from "./schema.gen.js";

/** What a client tells of, by name (`client.on`). */
export interface ClientEvents {
    /** The connection's state changed. */
    connection: ConnectionState;
    /** Which program answers; told at each connect. */
    server: t.ServerInfo;
    /** Somebody is signed in here, or was and goes on. */
    signed_in: t.User;
    /** Nobody is any more; the client has stopped. */
    signed_out: SignedOutReason;
    /** What an earlier run kept is there: rooms, unsent messages, values. The network comes after. */
    opened: void;
    /** Everything missed has been asked for; the room list is complete. */
    synced: void;
    /**
     * A stored event: each once, and in its room's order. An edit of a message that came without the message comes
     * once more, with it, when that was asked for: in large rooms up to some seconds later, and of several edits in that
     * time the last.
     */
    event: { event: t.StoredEvent; backlog: boolean };
    /** The same for messages alone. `backlog`: written before this client first connected. */
    message: { message: t.Message; backlog: boolean };
    /** A room's entry changed, came or went (its id). */
    rooms: string;
    /** Events of a room up to `seq` were too many to hand out (`catchUp`); history has them. */
    skipped: { room: string; seq: number };
    /** What was sent in this room at or before `through` (milliseconds) is too old: whoever shows it shows it no more. */
    expired: { room: string; through: number };
    /** A message on its way changed its state, in this room. */
    outbox: string;
    /** What is done to messages of this room, and is on its way, is something else now. */
    acts: string;
    /** What one has voted oneself in an anonymous poll: no event of the log, for one's own copy of the message alone. */
    mark: MarkEvent;
    /** An act that had waited for the connection was refused for good; told in all tabs. */
    act_refused: { act: PendingAct; error: NatterError };
    /** Somebody began or stopped typing in this room, or in a thread of it. */
    typing: string;
    /** More is known about people (their ids). */
    people: string[];
    /** Somebody came, went or says something else of it (their id). */
    presence: string;
    /** A value of the person's own changed (its key). */
    value: string;
    /** An entry of the person's own feed as the server tells it, live or by sync; of two for one key the larger rev stands. */
    feed: t.FeedEntry;
    /** The emoji of the server are others now, with this version (`ServerEmoji`). */
    emoji: number;
    /** Something else stands in the person's own feed under this key, by this device or another. */
    own: string;
    /** One has deleted this message for oneself, or shows it again (`client.hidden`), on this device or another. */
    hidden: HiddenMessage;
    /** Somebody's read marker moved. */
    read: t.RoomRead;
    /** A device of somebody else has a room up to there; told in rooms of a few people. */
    delivered: t.RoomDelivered;
}
