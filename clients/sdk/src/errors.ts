import type { ErrorCode, Problem } from "./schema.gen.js";

/** Codes that only the client gives: it never got an answer, or no longer may ask. */
export type LocalErrorCode = "connection.lost" | "connection.timeout" | "signed_out" | "client.internal";

/**
 * Whatever went wrong with one request, by the server's stable code. Beside the codes that stand with a method, all
 * that ask the server may reject with `connection.lost` and `connection.timeout` (no answer came), `signed_out` (nobody
 * is signed in), `field.invalid` (with the `field`), `rate.limited` and `server.busy` (with `retryAfter`),
 * `store.unavailable` and `server.internal`; `isTransient` tells which may be tried again.
 */
export class NatterError extends Error {
    override readonly name = "NatterError";

    constructor(
        /** `room.not_found` and the like; see the error reference. */
        readonly code: ErrorCode | LocalErrorCode,
        detail: string,
        /** The HTTP status, or 0 where there was none. */
        readonly status = 0,
        /** The field that is wrong, with 422. */
        readonly field?: string,
        /** How long to wait, in seconds, with 429 and 503. */
        readonly retryAfter?: number,
        /** What somebody gave as the reason, of `auth.suspended`. */
        readonly reason?: string,
        /** How long it stays so, of `auth.suspended`; absent: for good. */
        readonly until?: string,
    ) {
        super(detail);
    }

    /** @internal */
    static fromProblem(problem: Partial<Problem>, status: number, retryAfter?: number): NatterError {
        const detail = problem.detail ?? problem.title ?? `The server answered ${status}.`;
        const code = problem.code ?? "server.internal";
        return new NatterError(code, detail, status, problem.field, problem.retry_after ?? retryAfter, problem.reason, problem.until);
    }
}

export function lostConnection(): NatterError {
    return new NatterError("connection.lost", "The connection was lost before the answer came.");
}

export function signedOut(): NatterError {
    return new NatterError("signed_out", "Nobody is signed in.", 401);
}

const TRANSIENT = new Set<NatterError["code"]>([
    "connection.lost",
    "connection.timeout",
    "rate.limited",
    "room.slow_mode",
    "server.busy",
    "server.internal",
    "server.stopping",
    "store.unavailable",
]);

/** Whether the same request may well succeed later, unchanged. */
export function isTransient(error: unknown): boolean {
    return error instanceof NatterError && (TRANSIENT.has(error.code) || error.status >= 500);
}

export function asNatterError(error: unknown): NatterError {
    if (error instanceof NatterError) return error;
    return new NatterError("client.internal", error instanceof Error ? error.message : String(error));
}
