import type { Clock } from "./clock.js";
import { NatterError, asNatterError, lostConnection } from "./errors.js";
import type { Line, TabNews } from "./line.js";
import { Link, type ConnectionState, type FieldsOf, type LinkListener } from "./link.js";
import type { Frame } from "./socket.js";
import type { Command, Connected, Replies } from "./schema.gen.js";
import type { TabChannel, Tabs } from "./tabs.js";
import { WATCHED } from "./presence.js";
import type { Lent } from "./tokens.js";
import { uuid7 } from "./uuid7.js";

/** Longer than the leader itself waits for a reply. */
const ANSWER_TIMEOUT_MS = 25_000;
/** A leader that is there lends at once, or after one refresh. */
const LEND_TIMEOUT_MS = 6_000;

type TabId = `tab ${string}`;

type Note =
    | { to: "leader"; from: TabId; say: "hi" | "bye" | "wake" | "lost" }
    | { to: "leader"; from: TabId; say: "call"; n: number; type: Command["type"]; fields: object }
    | { to: "leader"; from: TabId; say: "lend"; n: number; refused: string }
    | { to: TabId; say: "answer"; n: number; value?: unknown; error?: { code: NatterError["code"]; detail: string; field?: string; retryAfter?: number } }
    | { to: "all"; say: "state"; state: ConnectionState; hello: Connected | null; greeting: string }
    | { to: "all"; say: "event"; frame: Frame }
    | { to: "all"; say: "news"; news: TabNews };

interface Waiting {
    resolve(value: unknown): void;
    reject(error: NatterError): void;
    cancel(): void;
}

export interface SharedLinkListener extends LinkListener {
    /** The tab that led is gone, and this one leads: connects when the promise resolves. */
    onLead(): Promise<void>;
    onNews(news: TabNews): void;
    lend(refused: string): Promise<Lent>;
}

/**
 * One connection for all tabs. The tab that gets the lock leads: it has a link of its own, answers
 * for the others and passes on what it hears. The others wait for the lock; when it comes to one
 * of them, that one connects, and every tab syncs, as after any lost connection.
 */
export class SharedLink implements Line {
    private readonly own: Link;
    private readonly id: TabId = `tab ${uuid7()}`;
    private readonly followers = new Set<string>();
    /** Whom each tab has on its screen, the tab that asked last at the end. */
    private readonly watched = new Map<string, readonly string[]>();
    private readonly waiting = new Map<number, Waiting>();
    private channel: TabChannel | null = null;
    private current: ConnectionState = "stopped";
    private hello: Connected | null = null;
    /** Names the connection that the last greeting was of. */
    private greeting = "";
    private nextN = 1;
    private leading = false;
    private started = false;
    /** Ends this tab's lead. */
    private release: () => void = () => {};
    /** Counts joinings; a lock that comes for an earlier one is given back at once. */
    private run = 0;

    constructor(
        private readonly tabs: Tabs,
        private readonly clock: Clock,
        makeLink: (listener: LinkListener) => Link,
        private readonly listener: SharedLinkListener,
    ) {
        this.own = makeLink({
            onState: (state) => this.is(state, null),
            onConnected: (hello) => this.is("online", hello),
            onEvent: (frame) => {
                this.listener.onEvent(frame);
                if (this.followers.size > 0) this.post({ to: "all", say: "event", frame });
            },
            onTime: (time) => this.listener.onTime?.(time),
        });
    }

    get state(): ConnectionState {
        return this.current;
    }

    get leads(): boolean {
        return this.leading;
    }

    async join(owner: string): Promise<void> {
        const run = ++this.run;
        const name = `natternet.${owner}`;
        this.channel?.close();
        this.channel = this.tabs.channel(name);
        this.channel.onMessage = (note) => this.heard(note as Note);
        await new Promise<void>((decided) => {
            const lead = (first: boolean) => () => this.lead(run, first, decided);
            void this.tabs.exclusively(name, lead(true), true).then((ran) => {
                decided();
                if (!ran) void this.tabs.exclusively(name, lead(false), false);
            });
        });
    }

    start(): void {
        if (this.started) return;
        this.started = true;
        this.set("connecting");
        if (this.leading) this.own.start();
        else this.ask("hi");
    }

    stop(): void {
        if (this.started && !this.leading) this.ask("bye");
        this.run += 1;
        this.started = this.leading = false;
        this.own.stop();
        this.release();
        this.forsake();
        this.followers.clear();
        this.watched.clear();
        this.hello = null;
        this.greeting = "";
        this.set("stopped");
    }

    close(): void {
        this.stop();
        this.channel?.close();
        this.channel = null;
    }

    wake(): void {
        if (this.leading) this.own.wake();
        else this.ask("wake");
    }

    networkLost(): void {
        if (this.leading) this.own.networkLost();
        else this.ask("lost");
    }

    call<Type extends Command["type"]>(type: Type, fields: FieldsOf<Type>): Promise<Replies[Type]> {
        if (this.leading) return this.callFor(this.id, type, fields);
        if (this.current !== "online") return Promise.reject(lostConnection());
        return this.request((n) => ({ to: "leader", from: this.id, say: "call", n, type, fields }), ANSWER_TIMEOUT_MS) as Promise<Replies[Type]>;
    }

    tell(news: TabNews): void {
        this.post({ to: "all", say: "news", news });
    }

    async borrow(refused: string): Promise<Lent | null> {
        if (this.leading || !this.channel) return null;
        const lent = this.request((n) => ({ to: "leader", from: this.id, say: "lend", n, refused }), LEND_TIMEOUT_MS);
        return (await lent.catch(() => null)) as Lent | null;
    }

    /** Of the people that tabs watch the server is told all: it knows one list a connection. */
    private callFor<Type extends Command["type"]>(tab: TabId, type: Type, fields: FieldsOf<Type>): Promise<Replies[Type]> {
        if (type !== "presence.watch") return this.own.call(type, fields);
        this.watched.delete(tab);
        this.watched.set(tab, (fields as unknown as { users: string[] }).users);
        const users = [...new Set([...this.watched.values()].reverse().flat())].slice(0, WATCHED);
        return this.own.call("presence.watch", { users }) as Promise<Replies[Type]>;
    }

    /** Holds the lock until `stop()`. */
    private async lead(run: number, first: boolean, decided: () => void): Promise<void> {
        if (run !== this.run) return;
        const released = new Promise<void>((resolve) => (this.release = resolve));
        this.leading = true;
        decided();
        if (!first) await this.takeOver(run);
        await released;
    }

    private async takeOver(run: number): Promise<void> {
        this.forsake();
        this.is("connecting", null);
        await this.listener.onLead();
        if (run === this.run && this.started) this.own.start();
    }

    /** The connection of all is in this state; `hello`: it has just begun. */
    private is(state: ConnectionState, hello: Connected | null): void {
        if (!this.leading || state === "stopped") return;
        this.hello = hello;
        if (state === "online" && !hello) return; // the greeting follows at once
        if (hello) this.greeting = uuid7();
        this.postState(state);
        this.set(state);
        if (hello) this.listener.onConnected(hello);
    }

    private set(state: ConnectionState): void {
        if (state === this.current) return;
        this.current = state;
        this.listener.onState(state);
    }

    private heard(note: Note): void {
        if (note.to === "leader") {
            if (this.leading) this.serve(note);
        } else if (note.to === "all") this.follow(note);
        else if (note.to === this.id) this.answered(note);
    }

    private serve(note: Extract<Note, { to: "leader" }>): void {
        switch (note.say) {
            case "hi":
                this.followers.add(note.from);
                return this.postState(this.current === "stopped" ? "connecting" : this.current);
            case "bye":
                this.watched.delete(note.from);
                return void this.followers.delete(note.from);
            case "wake":
                return this.own.wake();
            case "lost":
                return this.own.networkLost();
            case "call":
                return this.answer(note, this.callFor(note.from, note.type, note.fields));
            case "lend":
                return this.answer(note, this.listener.lend(note.refused));
        }
    }

    private answer({ from: to, n }: { from: TabId; n: number }, work: Promise<unknown>): void {
        work.then(
            (value) => this.post({ to, say: "answer", n, value }),
            (reason: unknown) => {
                const { code, message: detail, field, retryAfter } = asNatterError(reason);
                this.post({ to, say: "answer", n, error: { code, detail, ...(field && { field }), ...(retryAfter && { retryAfter }) } });
            },
        );
    }

    private follow(note: Extract<Note, { to: "all" }>): void {
        if (note.say === "news") return this.listener.onNews(note.news);
        if (this.leading || !this.started) return;
        if (note.say === "event") return this.listener.onEvent(note.frame);
        const isNew = note.greeting !== this.greeting;
        if (isNew || note.state !== "online") this.forsake();
        this.greeting = note.greeting;
        this.set(note.state);
        if (isNew && note.hello) this.listener.onConnected(note.hello);
    }

    private answered(note: Extract<Note, { say: "answer" }>): void {
        const waiting = this.waiting.get(note.n);
        if (!waiting) return;
        this.waiting.delete(note.n);
        waiting.cancel();
        if (!note.error) return waiting.resolve(note.value);
        const { code, detail, field, retryAfter } = note.error;
        waiting.reject(new NatterError(code, detail, 0, field, retryAfter));
    }

    private request(note: (n: number) => Note, timeoutMs: number): Promise<unknown> {
        const n = this.nextN++;
        return new Promise((resolve, reject) => {
            const cancel = this.clock.after(timeoutMs, () => {
                this.waiting.delete(n);
                reject(new NatterError("connection.timeout", "The tab that holds the connection did not answer in time."));
            });
            this.waiting.set(n, { resolve, reject, cancel });
            this.post(note(n));
        });
    }

    /** Whoever was asked will not answer any more. */
    private forsake(): void {
        for (const waiting of this.waiting.values()) {
            waiting.cancel();
            waiting.reject(lostConnection());
        }
        this.waiting.clear();
    }

    private postState(state: ConnectionState): void {
        this.post({ to: "all", say: "state", state, hello: this.hello, greeting: this.hello ? this.greeting : "" });
    }

    private ask(say: "hi" | "bye" | "wake" | "lost"): void {
        this.post({ to: "leader", from: this.id, say });
    }

    private post(note: Note): void {
        this.channel?.post(note);
    }
}
