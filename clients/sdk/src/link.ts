import { Backoff } from "./backoff.js";
import type { Clock } from "./clock.js";
import { lostConnection } from "./errors.js";
import type { Line } from "./line.js";
import { Socket, type Frame, type SocketConstructor } from "./socket.js";
import type { Tokens } from "./tokens.js";
import { CloseCode, type Command, type Connected, type Replies } from "./schema.gen.js";

/** `offline`: waiting before the next try. `stopped`: nobody is signed in. */
export type ConnectionState = "stopped" | "connecting" | "online" | "offline";

const NORMAL = 1000;
const ABNORMAL = 1006;
const CONNECT_TIMEOUT_MS = 15_000;
/** A connection that lived this long was a good one; the next failure starts counting from none. */
const STABLE_MS = 5_000;

/** The fields of a command. */
export type FieldsOf<Type> = Omit<Extract<Command, { type: Type }>, "type">;

export interface LinkListener {
    onState(state: ConnectionState): void;
    /** Signed in and connected; called before any event of this connection. */
    onConnected(hello: Connected): void;
    onEvent(event: Frame): void;
    /** The server says what time it is. */
    onTime?(time: string): void;
}

/** Keeps one signed-in socket alive: connects, signs in by `auth`, and comes back after every end. */
export class Link implements Line {
    readonly leads = true;
    private socket: Socket | null = null;
    private current: ConnectionState = "stopped";
    private readonly backoff: Backoff;
    private skipPause: (() => void) | null = null;
    /** Which `start()` is running; one that was stopped finds another number here, and leaves. */
    private run = 0;

    constructor(
        private readonly dial: SocketConstructor,
        private readonly url: string,
        private readonly tokens: Tokens,
        private readonly clock: Clock,
        private readonly listener: LinkListener,
    ) {
        this.backoff = new Backoff(clock);
    }

    get state(): ConnectionState {
        return this.current;
    }

    async join(): Promise<void> {}

    /** There is nobody else. */
    tell(): void {}

    async borrow(): Promise<null> {
        return null;
    }

    start(): void {
        if (this.current !== "stopped") return;
        this.backoff.reset();
        void this.keepConnected(++this.run);
    }

    stop(): void {
        this.run += 1;
        this.skipPause?.();
        this.socket?.close(NORMAL);
        this.socket = null;
        this.set("stopped");
    }

    close(): void {
        this.stop();
    }

    /** Something may have changed (the network, a lid opened): try now rather than later. */
    wake(): void {
        this.skipPause?.();
        if (this.current === "online") this.socket?.probe();
    }

    /** The network went away: gives the connection up without waiting for its silence to tell. */
    networkLost(): void {
        this.socket?.close(NORMAL);
    }

    call<Type extends Command["type"]>(type: Type, fields: FieldsOf<Type>): Promise<Replies[Type]> {
        if (this.current !== "online" || !this.socket) return Promise.reject(lostConnection());
        return this.socket.call(type, fields);
    }

    private async keepConnected(run: number): Promise<void> {
        while (run === this.run) {
            this.set("connecting");
            const token = await this.tokens.access().catch(() => null);
            if (run !== this.run) return;
            const code = token === null ? ABNORMAL : await this.connection(token, run);
            if (run !== this.run) return;
            this.socket = null;
            if (code === CloseCode.SESSION_ENDED) return this.tokens.ended();
            if (code === CloseCode.NOT_SIGNED_IN && token !== null) this.tokens.refused(token);
            this.set("offline");
            await this.pause(this.backoff.next());
        }
    }

    /** One connection from dialling to its end; resolves with its close code. */
    private async connection(token: string, run: number): Promise<number> {
        let connectedAt = Infinity;
        const socket = new Socket(this.dial, this.url, this.clock, (event) => {
            if (run !== this.run) return;
            if (event["type"] !== "connection.connected") return this.listener.onEvent(event);
            connectedAt = this.clock.now();
            cancel();
            this.hearTime((event as unknown as Connected).time);
            this.set("online");
            this.listener.onConnected(event as unknown as Connected);
        }, (time) => this.hearTime(time));
        const cancel = this.clock.after(CONNECT_TIMEOUT_MS, () => socket.close(NORMAL));
        this.socket = socket;
        socket.opened.then(() => socket.call("auth", { token })).catch(() => {}); // the close code tells
        const code = await socket.closed;
        cancel();
        if (this.clock.now() - connectedAt >= STABLE_MS) this.backoff.reset();
        return code;
    }

    /** An older server does not tell. */
    private hearTime(time: string | undefined): void {
        if (time !== undefined) this.listener.onTime?.(time);
    }

    private async pause(ms: number): Promise<void> {
        await new Promise<void>((resolve) => {
            const cancel = this.clock.after(ms, resolve);
            this.skipPause = () => {
                cancel();
                resolve();
            };
        });
        this.skipPause = null;
    }

    private set(state: ConnectionState): void {
        if (state === this.current) return;
        this.current = state;
        this.listener.onState(state);
    }
}
