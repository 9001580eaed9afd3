import { muteEnd, permits, roleFor, type GetServiceAnswer, type NatterClient, type NewcomerBar, type Newcomers, type Permission, type Role, type RoomEntry, type StoredEvent } from "@natternet/sdk";
import { Store } from "./store.js";

/** Why one cannot write in a room just now. */
export type Silence =
    | { why: "archived" }
    | { why: "locked" }
    /** The other of the two, by oneself. */
    | { why: "blocked"; user: string }
    /** The lowest role that writes here. */
    | { why: "role"; least: Role }
    /** Times are in milliseconds since 1970, on the server's clock. */
    | { why: "muted"; until: number; reason: string | undefined };

/** One is new in a room, or on the server: what one may not write yet, and until when, ms on the server's clock. */
export interface Newness {
    until: number;
    bars: NewcomerBar[];
}

type Client = Pick<NatterClient, "on" | "rooms" | "user" | "service" | "now" | "contacts">;

/** A mute that was heard of as it began. */
interface Mute {
    /** When it ends, as the server writes it: names it. */
    end: string;
    until: number;
    reason: string | undefined;
}

/** No server holds its newcomers to anything for longer than this by default. */
const NEW_AT_MOST_MS = 2_592_000_000;

/** When one may write, room by room: what mutes, slow mode and the room's settings say of it. */
export class WritePermission extends Store<number> {
    /** When one's own newest message came, as far as is known. */
    private readonly spoke = new Map<string, number>();
    private readonly mutes = new Map<string, Mute>();
    /** What holds for newcomers to the server; undefined: not asked yet. */
    private everywhere: Newcomers | null | undefined;
    private blocked: ReadonlySet<string> = new Set();
    private asking: Promise<GetServiceAnswer | null> | null = null;

    constructor(private readonly client: Client) {
        super(0);
        client.on("event", ({ event }) => this.take(event));
        client.on("synced", () => void this.askServer());
        client.on("opened", () => this.readBlocked());
        client.on("own", (key) => key.startsWith("block:") && this.readBlocked());
        client.on("signed_out", () => {
            this.spoke.clear();
            this.mutes.clear();
            this.everywhere = undefined;
            this.blocked = new Set();
        });
    }

    /** What time it is, by which all of it begins and ends. */
    now(): number {
        return this.client.now();
    }

    /** The room is on the screen. */
    async open(room: string): Promise<void> {
        const me = this.client.user?.id;
        if (me === undefined) return;
        await Promise.all([this.look(room, me), this.askServer()]);
    }

    /** Until it has answered, and only while one's account is so young that it may matter. */
    private async askServer(): Promise<void> {
        const since = this.client.user?.created_at;
        if (this.everywhere !== undefined || since === undefined || this.now() - Date.parse(since) > NEW_AT_MOST_MS) return;
        this.asking ??= this.client.service().catch(() => null).finally(() => (this.asking = null));
        const service = await this.asking;
        if (!service || this.everywhere !== undefined) return; // asked again with the next room, or connection
        this.everywhere = service.newcomers ?? null;
        if (this.everywhere) this.set(this.get() + 1);
    }

    /** What of it holds for oneself now, the room's first; moderators and who is above them are held to the server's alone. */
    private held(room: RoomEntry, now: number): { until: number; newcomers: Newcomers }[] {
        const moderates = ["owner", "admin", "moderator"].includes(room.role);
        const both: [Newcomers | null | undefined, string | undefined][] = [
            [moderates ? null : room.newcomers, room.joined_at],
            [this.everywhere, this.client.user?.created_at],
        ];
        return both.flatMap(([newcomers, since]) => {
            const until = newcomers && since !== undefined ? Date.parse(since) + newcomers.seconds * 1_000 : 0;
            return newcomers && until > now ? [{ until, newcomers }] : [];
        });
    }

    /** What one may not write here yet; null where that is nothing. Strangers are no matter of a room. */
    newness(room: RoomEntry, now = this.now()): Newness | null {
        const held = this.held(room, now).map(({ until, newcomers }) => ({ until, bars: (newcomers.bars ?? []).filter((bar) => bar !== "strangers") })).filter(({ bars }) => bars.length > 0);
        if (held.length === 0) return null;
        return { until: Math.max(...held.map(({ until }) => until)), bars: [...new Set(held.flatMap(({ bars }) => bars))] };
    }

    /** When one spoke last in a slow room, out of what is held of its newest messages. */
    private async look(room: string, me: string): Promise<void> {
        const entry = this.client.rooms.get(room);
        if (!(entry?.slow_mode_s || entry?.newcomers?.slow_mode_s) || this.spoke.has(room)) return;
        const page = await this.client.rooms.read(room, {}, 50).catch(() => null);
        const own = page?.events.findLast((event) => event.type === "message.created" && event.sender === me);
        if (own) this.spokeAt(room, Date.parse(own.created_at));
    }

    /** What keeps one from writing here; null where nothing does. */
    silence(room: RoomEntry, now = this.now()): Silence | null {
        if (room.archived) return { why: "archived" };
        const blocked = this.blockedIn(room);
        if (blocked !== null) return { why: "blocked", user: blocked };
        if (this.mutedUntil(room) > now) return { why: "muted", ...this.muteOf(room) };
        if (!may(room, "write")) return { why: "role", least: roleFor(room, "write") };
        return room.locked && !may(room, "lock") ? { why: "locked" } : null;
    }

    /** Whether one may put emoji on messages here, and vote. */
    mayReact(room: RoomEntry, now = this.now()): boolean {
        return this.isOpen(room, now) && may(room, "react");
    }

    mayPin(room: RoomEntry, now = this.now()): boolean {
        return this.isOpen(room, now) && may(room, "pin");
    }

    /** It takes what one's role allows. */
    private isOpen(room: RoomEntry, now: number): boolean {
        const shut = room.archived || (room.locked && !may(room, "lock")) || this.blockedIn(room) !== null;
        return !shut && this.mutedUntil(room) <= now;
    }

    /** Whom of the two in a chat one has blocked oneself: then neither writes there. */
    private blockedIn({ peer }: RoomEntry): string | null {
        return peer && this.blocked.has(peer.id) ? peer.id : null;
    }

    private readBlocked(): void {
        this.blocked = this.client.contacts.blocked();
        this.set(this.get() + 1);
    }

    /** When one's mute here ends, ms on the server's clock; 0: one is not muted. */
    mutedUntil(room: RoomEntry): number {
        return room.role === "owner" ? 0 : this.muteOf(room).until;
    }

    /** When the next message may follow by the room's slow mode; 0 where that is at once. */
    slowUntil(room: RoomEntry): number {
        const pauses = this.held(room, this.now()).map(({ newcomers }) => newcomers.slow_mode_s ?? 0);
        const pause = Math.max(may(room, "slow_mode") ? 0 : (room.slow_mode_s ?? 0), ...pauses) * 1_000;
        if (pause === 0) return 0;
        return (this.spoke.get(room.id) ?? -pause) + pause;
    }

    private take(event: StoredEvent): void {
        if (event.type === "message.created" && event.sender === this.client.user?.id) {
            this.spokeAt(event.room, this.arrival(event.created_at));
        }
        if (!("user_id" in event) || event.user_id !== this.client.user?.id) return;
        if (event.type === "room.user.muted") this.mutes.set(event.room, { end: muteEnd(event), until: this.arrival(event.created_at) + event.seconds * 1_000, reason: event.reason });
        if (event.type === "room.user.muted" || event.type === "room.user.unmuted") this.set(this.get() + 1);
    }

    /** The room tells when it ends; only who heard it begin knows why. */
    private muteOf({ id, muted_until: end }: RoomEntry): { until: number; reason: string | undefined } {
        const heard = this.mutes.get(id);
        if (heard && heard.end === end) return { until: heard.until, reason: heard.reason };
        return { until: end === undefined ? 0 : Date.parse(end), reason: undefined };
    }

    /** Clocks differ: what is said to come from later than now came now. */
    private arrival(createdAt: string): number {
        return Math.min(Date.parse(createdAt), this.now());
    }

    private spokeAt(room: string, at: number): void {
        if (at <= (this.spoke.get(room) ?? 0)) return;
        this.spoke.set(room, at);
        this.set(this.get() + 1);
    }
}

function may(room: RoomEntry, permission: Permission): boolean {
    return permits(room, room.role, permission);
}
