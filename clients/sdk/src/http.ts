import { NatterError } from "./errors.js";
import type { Problem } from "./schema.gen.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Query = Record<string, string | number | undefined>;
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Request {
    query?: Query;
    body?: object;
    /** Instead of it: bytes as they are, with their type. */
    bytes?: Blob;
    /** The access token, where the route asks for one. */
    token?: string;
}

const TIMEOUT_MS = 20_000;

/** Speaks REST: JSON in, JSON or a NatterError out. Knows nothing of sign-in. */
export class Http {
    constructor(
        private readonly base: string,
        private readonly fetch: Fetch,
    ) {}

    async call<Answer>(method: Method, path: string, request: Request = {}): Promise<Answer> {
        const response = await this.send(this.url(path, request.query), {
            method,
            headers: headersOf(request),
            body: request.bytes ?? (request.body ? JSON.stringify(request.body) : null),
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (!response.ok) throw await refusalOf(response);
        if (response.status === 204) return undefined as Answer;
        return (await response.json()) as Answer;
    }

    private url(path: string, query: Query = {}): string {
        const url = new URL("/api/v1" + path, this.base);
        for (const [name, value] of Object.entries(query)) {
            if (value !== undefined) url.searchParams.set(name, String(value));
        }
        return url.href;
    }

    private async send(url: string, init: RequestInit): Promise<Response> {
        try {
            return await this.fetch(url, init);
        } catch (error) {
            if (error instanceof DOMException && error.name === "TimeoutError") {
                throw new NatterError("connection.timeout", "The server did not answer in time.");
            }
            throw new NatterError("connection.lost", "The server cannot be reached.");
        }
    }
}

function headersOf(request: Request): Record<string, string> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (request.body || request.bytes) headers["content-type"] = request.bytes?.type ?? "application/json";
    if (request.token) headers["authorization"] = `Bearer ${request.token}`;
    return headers;
}

async function refusalOf(response: Response): Promise<NatterError> {
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    const wait = Number(response.headers.get("retry-after") ?? NaN);
    return NatterError.fromProblem(problem, response.status, Number.isFinite(wait) ? wait : undefined);
}
