import type { Clock } from "./clock.js";
import { asNatterError, isTransient, type NatterError } from "./errors.js";
import { ACT, type LocalValues } from "./local_values.js";
import { TRIES_AT_INTERNAL } from "./outbox.js";
import { withOwnChoices } from "./polls.js";
import type { Content, Message, Reaction } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** What is done to a message that is in its room's log. */
export type Act =
    | { readonly do: "edit"; readonly content: Content }
    | { readonly do: "delete" }
    | { readonly do: "react" | "unreact"; readonly emoji: string }
    | { readonly do: "pin" | "unpin" }
    /**
     * Options of a poll, counted from 0; none: takes one's vote back. `secret`: it is an anonymous one. `base`: what was
     * chosen before; it then changes only what it is about, whatever was voted elsewhere meanwhile.
     */
    | { readonly do: "vote"; readonly choices: readonly number[]; readonly secret: boolean; readonly base?: readonly number[] }
    | { readonly do: "close" };

/** One that is on its way. Its nonce stays, so that sending it again does it once. */
export type PendingAct = Act & {
    readonly room: string;
    /** Of the message. */
    readonly seq: number;
    readonly nonce: string;
    readonly created_at: string;
    /** It was sent, maybe in vain: the server may have it. */
    readonly tried?: true;
    /** There was no connection when it was done. */
    readonly waited?: true;
};

const RETRY_MS = 5_000;
const OPPOSITE = { react: "unreact", unreact: "react", pin: "unpin", unpin: "pin" } as const;
/** It is as it was wanted already: another device was faster. */
const DONE_ALREADY: ReadonlySet<string> = new Set(["reaction.not_found", "pin.not_found", "vote.not_found"]);

export interface ActsPorts {
    /** Does it; resolves with the seq of the event that says so. */
    send(act: PendingAct): Promise<number>;
    isOnline(): boolean;
    /** The newest event of a room that has been handed out. */
    newest(room: string): number;
    /** A vote in an anonymous poll stands, with this event, or (0) is on its way no more and may stand otherwise: nobody else tells of it. */
    onSecretVote(act: PendingAct, event: number): void;
    /** What is on its way in this room is something else now. */
    onChange(room: string): void;
    /** One that had waited for the connection was refused for good. */
    onRefused(act: PendingAct, error: NatterError): void;
}

/**
 * Edits, deletions, reactions, pins and votes on their way. They stand here at once, are kept over restarts,
 * and are sent in their order, room by room, when there is a connection; each leaves when its event
 * has come. Of what was not sent yet only what counts is: another edit replaces the one before it,
 * taking an emoji off that waited is as if it had not been put there, and a deletion stands for all.
 */
export class Acts {
    private readonly working = new Map<string, Promise<void>>();
    /** Acts that the server has, by nonce, with the seq of their event: they leave when that has come. */
    private readonly done = new Map<string, number>();
    /** Those that somebody waits for, by nonce, and why the server refused them. */
    private readonly asked = new Map<string, NatterError | null>();
    /** How often the server failed at those, by nonce. */
    private readonly failures = new Map<string, number>();
    /** Rooms of acts that were put while there was no connection for this tab. */
    private readonly kept = new Set<string>();
    /** Where the acts under these keys are, for when they are gone. */
    private readonly rooms = new Map<string, string>();
    /** Votes in anonymous polls that are on their way, by their keys, and were not sent from here. */
    private readonly secrets = new Map<string, PendingAct>();
    private retrying = false;
    /** Counts persons: what is being sent for an earlier one is none of the next one's. */
    private run = 0;

    constructor(
        private readonly values: LocalValues,
        private readonly clock: Clock,
        private readonly ports: ActsPorts,
    ) {}

    /** What is on its way in a room, in its order. */
    in(room: string): PendingAct[] {
        return this.all().filter((act) => act.room === room);
    }

    /**
     * Does something to a message. Resolves when the server has it, or when it is kept to be sent later;
     * rejects where the server refuses it, and then it is as if it had not been.
     */
    async put(room: string, seq: number, act: Act): Promise<void> {
        const first = this.withBase(room, seq, act);
        if (this.takesBack(room, seq, act)) return;
        const now = this.clock.now();
        const waited = this.ports.isOnline() ? {} : ({ waited: true } as const);
        const pending: PendingAct = { ...first, ...waited, room, seq, nonce: uuid7(now), created_at: new Date(now).toISOString() };
        this.asked.set(pending.nonce, null);
        this.values.set(ACT + pending.nonce, pending);
        if (!this.ports.isOnline()) this.kept.add(room);
        await this.work(room);
        const error = this.asked.get(pending.nonce);
        this.asked.delete(pending.nonce);
        if (error) throw error;
    }

    /** What an earlier run kept is there. @internal */
    opened(): void {
        for (const act of this.all()) this.rooms.set(ACT + act.nonce, act.room);
    }

    /** Sends what waits: after each connect. @internal */
    flush(): void {
        this.kept.clear();
        for (const room of new Set(this.all().map((act) => act.room))) void this.work(room);
    }

    /** Sends only where this tab put something while it had no connection; another one sends all else. @internal */
    flushKept(): void {
        for (const room of this.kept) void this.work(room);
        this.kept.clear();
    }

    /** Events of a room up to this one have been handed out. @internal */
    reached(room: string, seq: number): void {
        if (this.done.size === 0) return;
        for (const act of this.in(room)) if ((this.done.get(act.nonce) ?? Infinity) <= seq) this.drop(act);
    }

    /** One of the client's values changed, here or in another tab. @internal */
    valueChanged(key: string): void {
        if (!key.startsWith(ACT)) return;
        const act = this.values.get(key) as PendingAct | undefined;
        const room = act?.room ?? this.rooms.get(key);
        if (act) this.rooms.set(key, act.room);
        else this.rooms.delete(key);
        this.watchSecret(key, act);
        if (room !== undefined) this.ports.onChange(room);
    }

    /** @internal */
    clear(): void {
        this.secrets.clear();
        this.done.clear();
        this.rooms.clear();
        this.failures.clear();
        this.kept.clear();
        this.run += 1;
    }

    private watchSecret(key: string, act: PendingAct | undefined): void {
        const before = this.secrets.get(key);
        if (!act && before) this.ports.onSecretVote(before, 0);
        if (act?.do === "vote" && act.secret) this.secrets.set(key, act);
        else this.secrets.delete(key);
    }

    private all(): PendingAct[] {
        // Nonces begin with the time.
        return this.values.keys(ACT).sort().map((key) => this.values.get(key) as PendingAct);
    }

    /** A vote takes the place of one that waits: what was chosen before that one counts. */
    private withBase(room: string, seq: number, act: Act): Act {
        if (act.do !== "vote") return act;
        const before = this.in(room).find((one) => one.seq === seq && one.do === "vote" && !one.tried);
        if (before?.do !== "vote") return act;
        const { base: _, ...vote } = act;
        return { ...vote, ...(before.base && { base: before.base }) };
    }

    /** Drops what this one makes needless. True: then nothing is left to do. */
    private takesBack(room: string, seq: number, act: Act): boolean {
        const waiting = this.in(room).filter((one) => one.seq === seq && !one.tried);
        for (const one of waiting) if (act.do === "delete" || isSame(one, act, act.do)) this.drop(one);
        if (!(act.do in OPPOSITE)) return false;
        const undone = waiting.find((one) => isSame(one, act, OPPOSITE[act.do as keyof typeof OPPOSITE]));
        if (undone) this.drop(undone);
        return undone !== undefined;
    }

    /** One at a time in a room. */
    private work(room: string): Promise<void> {
        const { run } = this;
        const before = this.working.get(room) ?? Promise.resolve();
        const work = before.then(() => this.sendAll(room, run)).finally(() => this.working.get(room) === work && this.working.delete(room));
        this.working.set(room, work);
        return work;
    }

    private async sendAll(room: string, run: number): Promise<void> {
        for (let act; run === this.run && this.ports.isOnline() && (act = this.in(room).find(({ nonce }) => !this.done.has(nonce))); ) {
            // Told before it is sent: neither another tab nor the next run may think that it can still be held back.
            if (!act.tried) this.values.set(ACT + act.nonce, { ...act, tried: true } satisfies PendingAct);
            const result = await this.ports.send(act).catch(asNatterError);
            if (run !== this.run) return;
            if (typeof result === "number") this.sent(act, result);
            else if (isTransient(result) && !this.isHopeless(act, result)) return this.later(result);
            else this.refused(act, result);
        }
    }

    private sent(act: PendingAct, event: number): void {
        if (act.do === "vote" && act.secret) {
            this.secrets.delete(ACT + act.nonce);
            this.ports.onSecretVote(act, act.waited || act.tried ? 0 : event);
        }
        if (event <= this.ports.newest(act.room)) this.drop(act);
        else this.done.set(act.nonce, event);
    }

    private refused(act: PendingAct, error: NatterError): void {
        this.drop(act);
        if (DONE_ALREADY.has(error.code)) return;
        if (this.asked.has(act.nonce)) this.asked.set(act.nonce, error);
        else this.ports.onRefused(act, error);
    }

    /** The server fails at it again and again. */
    private isHopeless({ nonce }: PendingAct, { code }: NatterError): boolean {
        if (code !== "server.internal") return false;
        const failures = (this.failures.get(nonce) ?? 0) + 1;
        this.failures.set(nonce, failures);
        return failures >= TRIES_AT_INTERNAL;
    }

    private drop(act: PendingAct): void {
        this.done.delete(act.nonce);
        this.failures.delete(act.nonce);
        this.values.set(ACT + act.nonce, undefined);
    }

    private later({ retryAfter }: NatterError): void {
        if (this.retrying) return;
        this.retrying = true;
        this.clock.after(Math.max((retryAfter ?? 0) * 1000, RETRY_MS), () => {
            this.retrying = false;
            if (this.ports.isOnline()) this.flush();
        });
    }
}

/** Whether this one does `what` with the emoji of `act`, if that is about one. */
function isSame(one: Act, act: Act, what: Act["do"]): boolean {
    return one.do === what && (!("emoji" in act) || ("emoji" in one && one.emoji === act.emoji));
}

/** The message as it stands when that is done; the same object where it stands so already. */
export function withActs(message: Message, acts: readonly PendingAct[]): Message {
    return acts.filter((act) => act.seq === message.seq).reduce(withAct, message);
}

function withAct(message: Message, act: PendingAct): Message {
    if (message.deleted_at !== undefined) return message;
    switch (act.do) {
        case "edit":
            return message.content.text === act.content.text ? message : { ...message, content: act.content, edited_at: act.created_at };
        case "delete":
            return { ...message, content: { type: "text", text: "" }, deleted_at: act.created_at, reactions: [] };
        case "react":
        case "unreact":
            return { ...message, reactions: marked(message.reactions ?? [], act.emoji, act.do === "react") };
        case "vote":
            return withOwnChoices(message, act.choices);
        default:
            return message;
    }
}

function marked(all: readonly Reaction[], emoji: string, mine: boolean): Reaction[] {
    const known = all.find((one) => one.emoji === emoji);
    if (!known) return mine ? [...all, { emoji, count: 1, seq: 0, mine }] : [...all];
    if (known.mine === mine) return [...all];
    return all.map((one) => (one === known ? { ...one, mine, count: Math.max(0, one.count + (mine ? 1 : -1)) } : one));
}
