import type { Acts } from "./acts.js";
import type { Ageing } from "./ageing.js";
import { isAnswer } from "./answers.js";
import type { ClientEvents } from "./client_events.js";
import type { DeliveredMarks } from "./delivered_marks.js";
import { NatterError } from "./errors.js";
import type { Feed } from "./feed.js";
import { createdFrom } from "./history.js";
import { isMark } from "./marks.js";
import { isBareChange, type MissingMessages } from "./missing_messages.js";
import type { Outbox } from "./outbox.js";
import type { OwnVotes } from "./own_votes.js";
import type { People } from "./people.js";
import type { Presences } from "./presence.js";
import { readMarkerOf, type RoomEntry, type RoomList } from "./room_list.js";
import type { Rooms } from "./rooms.js";
import type { Frame } from "./socket.js";
import type { Keeper } from "./store/keeper.js";
import type { Sync } from "./sync.js";
import type { Tokens } from "./tokens.js";
import type { Typing } from "./typing.js";
import type * as t from "./schema.gen.js";

/** The parts of a client that what the server tells concerns. */
export interface DispatchParts {
    readonly tokens: Pick<Tokens, "user" | "know">;
    readonly people: Pick<People, "learn" | "meet">;
    readonly list: RoomList;
    readonly sync: Pick<Sync, "live" | "forget">;
    readonly keeper: Keeper;
    readonly rooms: Pick<Rooms, "load" | "reload" | "gone">;
    readonly missing: Pick<MissingMessages, "heard">;
    readonly feed: Pick<Feed, "take">;
    readonly acts: Pick<Acts, "reached">;
    readonly outbox: Pick<Outbox, "arrived">;
    readonly typing: Pick<Typing, "heard" | "stopped">;
    readonly presence: Pick<Presences, "heard">;
    readonly votes: Pick<OwnVotes, "heard">;
    readonly delivered: Pick<DeliveredMarks, "arrived">;
    readonly ageing: Pick<Ageing, "held" | "look">;
    emit<Name extends keyof ClientEvents>(name: Name, value: ClientEvents[Name]): void;
}

/** Brings what the server tells, live or by sync, to the parts that it concerns, and out to who listens. */
export class Dispatch {
    constructor(private readonly parts: DispatchParts) {}

    /** Of the connection, as it came. */
    heard(frame: Frame): void {
        if (typeof frame["seq"] === "number") return this.parts.sync.live(frame as unknown as t.StoredEvent);
        const event = frame as unknown as t.LiveEvent;
        if (event.type === "room.typing" && event.user_id !== this.parts.tokens.user?.id) this.parts.typing.heard(event.room, event.user_id, event.thread ?? null);
        if (event.type === "room.delivered") this.parts.emit("delivered", event);
        if (event.type === "emoji.changed") this.parts.emit("emoji", event.version);
        if (event.type === "feed.changed") this.feedChanged(event);
        if (event.type === "user.updated") this.personChanged(event.user);
        if (event.type === "poll.chosen") this.parts.votes.heard(event);
        if (event.type === "presence.changed") this.parts.presence.heard(event);
        if (event.type === "room.read") {
            if (event.user_id === this.parts.tokens.user?.id) this.readUpTo(event);
            this.parts.emit("read", event);
        }
    }

    /** Somebody, maybe oneself on another device, tells something else of themselves. */
    personChanged(user: t.User): void {
        if (user.id === this.parts.tokens.user?.id) this.parts.tokens.know(user);
        this.parts.people.learn([user]);
    }

    /** A stored event: each once, and in its room's order. */
    deliver(event: t.StoredEvent, backlog: boolean): void {
        const me = this.parts.tokens.user?.id;
        if (me === undefined) return;
        if (event.type === "room.user.left" && event.user_id === me) {
            this.parts.sync.forget(event.room);
            this.roomGone(event.room);
        } else {
            this.keep(event);
            this.parts.list.apply(event, me);
            if (event.type === "room.updated" && event.retention_s !== undefined) this.parts.ageing.look(event.room);
            else this.parts.ageing.held(event.room, event.created_at);
            if (event.type === "message.deleted") this.recountMentions(event.room);
            const room = this.parts.list.get(event.room);
            // Since when one is there only the server tells, where that matters; an answer that is on its way may be of before.
            if (!room) void this.meet(event.room, event.type === "room.user.joined" && event.user_id === me);
            else if (event.type === "room.updated" && room.newcomers && !room.joined_at) this.parts.rooms.reload(event.room).catch(() => {}); // gone again: no matter
        }
        if (event.type === "message.created") {
            this.parts.typing.stopped(event.room, event.sender, event.message.thread ?? null);
            if (event.sender !== me) this.parts.delivered.arrived(event.room, event.seq);
            this.parts.outbox.arrived(event);
            this.parts.emit("message", { message: event.message, backlog });
        }
        this.parts.emit("event", { event, backlog });
        if (isBareChange(event)) this.parts.missing.heard(event, backlog);
        this.parts.acts.reached(event.room, event.seq);
        this.parts.emit("rooms", event.room);
    }

    /** A room that is not known, of which something came. Of one that one is out of again nothing is kept; who came `back` is told of it anew. */
    private async meet(room: string, back: boolean): Promise<void> {
        try {
            await (back ? this.parts.rooms.reload(room) : this.parts.rooms.load(room));
        } catch (error) {
            const isOut = error instanceof NatterError && error.code === "room.not_found" && !this.parts.list.get(room);
            if (!isOut) return; // told at the next sync
            this.parts.list.remove(room);
            this.parts.keeper.roomGone(room);
        }
    }

    /** The message behind a change that was told without it. */
    changed(event: (t.MessageUpdated | t.MessageDeleted) & { message: t.Message }, backlog: boolean): void {
        this.keep(event);
        this.parts.list.revise(event.message);
        this.parts.emit("event", { event, backlog });
    }

    /** What was sent in this room at or before then is too old; `last` of it was held here. */
    aged(room: string, through: number, last: t.StoredEvent | null): void {
        this.parts.list.age(room, through, last);
        if (last) this.parts.keeper.skipped(room, last.seq);
        else this.parts.keeper.aged(room);
        this.parts.emit("expired", { room, through });
        this.parts.emit("rooms", room);
    }

    /** Events up to there were too many to hand out. */
    skipped(room: string, seq: number): void {
        this.parts.keeper.skipped(room, seq);
        this.parts.acts.reached(room, seq);
        this.parts.emit("skipped", { room, seq });
    }

    /** One's own vote in an anonymous poll, for one's own copy of it. */
    ownVote(event: t.PollVoted): void {
        this.parts.keeper.ownMark(event, event.sender);
        this.parts.emit("mark", event);
    }

    private keep(event: t.StoredEvent): void {
        const changes = event.type === "message.updated" || event.type === "message.deleted";
        if (changes && !event.message) this.parts.keeper.passed(event);
        else if (changes) this.parts.keeper.change(event, createdFrom(event.message!));
        else if (isMark(event)) this.parts.keeper.mark(event, this.parts.tokens.user?.id ?? "");
        else if (isAnswer(event)) this.parts.keeper.answer(event);
        else this.parts.keeper.event(event);
    }

    /** A room as the server has it now; `lastMessage`: what was said there last, where no event tells it. */
    roomSeen(view: RoomEntry, lastMessage?: t.Message): void {
        const before = this.parts.list.get(view.id)?.retention_s;
        this.parts.list.tell(view);
        if (lastMessage) this.parts.list.remember(lastMessage);
        if (lastMessage) this.parts.ageing.held(view.id, lastMessage.created_at);
        this.parts.keeper.room(view.id);
        if (this.parts.list.get(view.id)?.retention_s !== before) this.parts.ageing.look(view.id);
        if (view.peer) this.parts.people.meet([view.peer]);
        if (view.members) this.parts.people.meet(view.members.map((member) => member.user));
        this.parts.emit("rooms", view.id);
    }

    /** One is in it no more. */
    roomGone(room: string): void {
        this.parts.rooms.gone(room);
        if (!this.parts.list.remove(room)) return;
        this.parts.keeper.roomGone(room);
        this.parts.emit("rooms", room);
    }

    /** An entry of one's own feed, live or by sync. */
    feedChanged(entry: t.FeedEntry): void {
        this.parts.feed.take(entry);
        this.parts.emit("feed", entry);
        const marker = readMarkerOf(entry);
        if (marker) this.readUpTo(marker);
    }

    /** One has read up to there, here or on another device. */
    readUpTo(marker: Pick<t.RoomRead, "room" | "read_seq" | "read_count">): void {
        const before = this.parts.list.get(marker.room)?.read_seq ?? 0;
        this.parts.list.read(marker.room, marker.read_seq, marker.read_count);
        if (marker.read_seq > before) this.recountMentions(marker.room);
        this.parts.keeper.room(marker.room);
        this.parts.emit("rooms", marker.room);
    }

    /** Which of the unread mentions is gone only the server knows; where there are none it need not be asked. */
    private recountMentions(room: string): void {
        if (this.parts.list.get(room)?.mentions) this.parts.rooms.reload(room).catch(() => {}); // told at the next sync
    }
}
