import { atTime, type Clock } from "./clock.js";
import type { Presence, PresenceSetCommand, PresenceWatchReply } from "./schema.gen.js";

/** What one wants others to see; what is absent is empty. */
export type PresenceWish = Omit<PresenceSetCommand, "type">;

/** What `Presences` asks of the connection. */
export interface PresencePorts {
    watch(users: string[]): Promise<PresenceWatchReply>;
    away(away: boolean): Promise<unknown>;
    set(wish: PresenceWish): Promise<Presence>;
    own(): Promise<Presence>;
    /** More is known about this person's presence. */
    onChange(user: string): void;
}

/** Names that come onto the screen together are asked for together. */
const GATHER_MS = 50;
/** People that a connection may watch. */
export const WATCHED = 200;

/**
 * Who is there. The server tells by itself of those with whom one shares a small room; of others it
 * tells while they are watched. What was known before a disconnect is asked for again.
 */
export class Presences {
    private readonly known = new Map<string, Presence>();
    /** Of those whose status ends: what calls off the timer for that. While there is a connection. */
    private readonly ends = new Map<string, () => void>();
    private watched: string[] = [];
    private gathering = false;
    private online = false;
    private isAway = false;

    constructor(
        private readonly ports: PresencePorts,
        /** The server's, as far as it is known: a status ends by that. */
        private readonly clock: Clock,
    ) {}

    /** What is known of somebody; undefined where nothing has been told. A status ends by itself, which is told as a change. */
    get(user: string): Presence | undefined {
        const presence = this.known.get(user);
        if (!presence?.until || Date.parse(presence.until) > this.clock.now()) return presence;
        const { text: _, emoji: __, until: ___, ...rest } = presence;
        this.known.set(user, rest); // the same object at each look, until it changes
        return rest;
    }

    /** The people on the screen, at most 200: what is so of them is asked for, and changes are told. */
    watch(users: string[]): void {
        this.watched = [...new Set(users)].slice(0, WATCHED);
        this.gather();
    }

    /** To be called when nobody has been at this device for a while, and when somebody is again. */
    away(away: boolean): void {
        if (away === this.isAway) return;
        this.isAway = away;
        if (this.online) this.ports.away(away).catch(() => {}); // told again at the next connect
    }

    /** Says what others shall see; resolves when it is kept. */
    set(wish: PresenceWish): Promise<Presence> {
        return this.ports.set(wish);
    }

    /** What one has chosen that others shall see, with `choice`. Rejects with a NatterError where it cannot be asked. */
    async own(): Promise<Presence> {
        const presence = await this.ports.own();
        this.heard(presence);
        return presence;
    }

    /** @internal */
    connected(): void {
        this.online = true;
        if (this.isAway) this.ports.away(true).catch(() => {});
        if (this.watched.length > 0) this.gather();
        this.clockTurned();
    }

    /** A timer would keep a program from ending; what ended meanwhile is told at the next connect. @internal */
    disconnected(): void {
        this.online = false;
        this.callOff();
    }

    /** The server's clock is another than was thought. @internal */
    clockTurned(): void {
        for (const user of this.known.keys()) this.planEnd(user);
    }

    /** @internal */
    heard(presence: Presence): void {
        this.known.set(presence.user_id, presence);
        this.planEnd(presence.user_id);
        this.ports.onChange(presence.user_id);
    }

    /** @internal */
    clear(): void {
        this.callOff();
        this.known.clear();
        this.watched = [];
        this.isAway = false;
    }

    /** The server tells nobody that a status is over: everybody has been told when it will be. */
    private planEnd(user: string): void {
        this.ends.get(user)?.();
        this.ends.delete(user);
        const until = this.known.get(user)?.until;
        if (until !== undefined && this.online) this.ends.set(user, atTime(this.clock, Date.parse(until), () => this.ended(user)));
    }

    private ended(user: string): void {
        this.ends.delete(user);
        this.ports.onChange(user);
    }

    private callOff(): void {
        for (const cancel of this.ends.values()) cancel();
        this.ends.clear();
    }

    private gather(): void {
        if (this.gathering || !this.online) return;
        this.gathering = true;
        this.clock.after(GATHER_MS, () => void this.ask());
    }

    private async ask(): Promise<void> {
        this.gathering = false;
        if (!this.online) return;
        const reply = await this.ports.watch(this.watched).catch(() => null); // asked again at the next connect
        for (const presence of reply?.presences ?? []) this.heard(presence);
    }
}
