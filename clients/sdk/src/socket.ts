import type { Clock } from "./clock.js";
import { NatterError, lostConnection } from "./errors.js";
import type { CommandError } from "./schema.gen.js";

/** The part of a WebSocket that is used; the browser's own and npm `ws` both have it. */
export interface SocketLike {
    /** 2 and 3: it is closing, or closed. */
    readonly readyState: number;
    /** Sends one text. */
    send(text: string): void;
    /** Says good-bye; `onclose` follows. */
    close(code?: number): void;
    // Only ever assigned by us; the implementations disagree about the types of their events.
    /** Called when it is open. */
    onopen: unknown;
    /** Called with each message: `{ data }`, a text. */
    onmessage: unknown;
    /** Called once when it has ended, be it opened or not: `{ code }`. */
    onclose: unknown;
    /** Called when something went wrong; `onclose` follows. */
    onerror: unknown;
}
/** Dials: a WebSocket of this address that offers these protocols. */
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

export type Frame = Record<string, unknown>;

interface Reply extends Frame {
    reply_to: number | string | null;
    ok: boolean;
    error?: CommandError;
}

interface Waiting {
    resolve(reply: Frame): void;
    reject(error: NatterError): void;
    cancel(): void;
}

const PROTOCOL = "natternet.v1";
const REPLY_TIMEOUT_MS = 20_000;
const QUIET_MS = 30_000;
const PROBE_MS = 8_000;
/** What a socket ends with that nobody closed (RFC 6455, 7.1.5). */
const ABNORMAL = 1006;
const OPEN = 1;

/**
 * One WebSocket, from dialling to its end: commands out, each with its one reply, and events in.
 * It is never opened again; `closed` resolves once, with the close code.
 */
export class Socket {
    readonly opened: Promise<void>;
    readonly closed: Promise<number>;

    private readonly waiting = new Map<number, Waiting>();
    private readonly socket: SocketLike;
    private nextId = 1;
    private heardAt: number;
    private finish!: (code: number) => void;
    private stopWatch = () => {};
    private over = false;

    constructor(
        dial: SocketConstructor,
        url: string,
        private readonly clock: Clock,
        private readonly onEvent: (event: Frame) => void,
        private readonly onTime: (time: string) => void = () => {},
    ) {
        this.heardAt = clock.now();
        this.socket = new dial(url, [PROTOCOL]);
        this.closed = new Promise((resolve) => (this.finish = resolve));
        this.opened = new Promise((resolve, reject) => {
            this.socket.onopen = () => resolve();
            void this.closed.then(() => reject(lostConnection()));
        });
        this.opened.catch(() => {}); // whoever waits for it hears; a socket given up unopened is no fault
        this.socket.onmessage = (event: { data: unknown }) => this.hear(String(event.data));
        this.socket.onclose = (event: { code: number }) => this.end(event.code);
        this.socket.onerror = () => {}; // a close always follows
        this.watch();
    }

    /** Sends a command and resolves with its reply, or rejects with the server's error. */
    call<Answer>(type: string, fields: object = {}, timeoutMs = REPLY_TIMEOUT_MS): Promise<Answer> {
        // A browser complains of what is sent while the other end's good-bye is being answered; the close follows.
        if (this.over || this.socket.readyState > OPEN) return Promise.reject(lostConnection());
        const id = this.nextId++;
        return new Promise<Frame>((resolve, reject) => {
            // A server that leaves a command unanswered is not there any more: start anew.
            const cancel = this.clock.after(timeoutMs, () => this.drop());
            this.waiting.set(id, { resolve, reject, cancel });
            this.socket.send(JSON.stringify({ id, type, ...fields }));
        }) as Promise<Answer>;
    }

    /** Asks whether the other end still lives; if not, the socket ends soon, and one that waits for a good-bye now. */
    probe(): void {
        if (this.socket.readyState > OPEN) return this.drop();
        this.call<{ time?: string }>("ping", {}, PROBE_MS).then(({ time }) => time !== undefined && this.onTime(time), () => {});
    }

    close(code = 1000): void {
        if (this.over) return;
        this.socket.close(code);
        this.end(code);
    }

    /** Gives up on a socket that no longer answers, without waiting for its good-bye. */
    private drop(): void {
        this.socket.close();
        this.end(ABNORMAL);
    }

    private hear(text: string): void {
        if (this.over) return;
        this.heardAt = this.clock.now();
        const frame = JSON.parse(text) as Frame;
        if ("reply_to" in frame) this.settle(frame as Reply);
        else this.onEvent(frame);
    }

    private settle(reply: Reply): void {
        const waiting = this.waiting.get(Number(reply.reply_to));
        if (!waiting) return;
        this.waiting.delete(Number(reply.reply_to));
        waiting.cancel();
        if (reply.ok) return waiting.resolve(reply);
        const error = reply.error ?? { code: "server.internal", detail: "An error without a reason." };
        waiting.reject(new NatterError(error.code, error.detail, 0, error.field, error.retry_after));
    }

    /** The server pings too, but a browser does not tell its page; so the page listens for itself. */
    private watch(): void {
        this.stopWatch = this.clock.after(QUIET_MS, () => {
            if (this.clock.now() - this.heardAt >= QUIET_MS) this.probe();
            this.watch();
        });
    }

    private end(code: number): void {
        if (this.over) return;
        this.over = true;
        this.stopWatch();
        for (const waiting of this.waiting.values()) {
            waiting.cancel();
            waiting.reject(lostConnection());
        }
        this.waiting.clear();
        this.finish(code);
    }
}
