import { NatterError } from "./errors.js";
import type { Http, Method, Request } from "./http.js";
import type { Tokens } from "./tokens.js";

/** REST on behalf of whoever is signed in. A token that turns out to be old is changed once. */
export class Api {
    constructor(
        private readonly http: Http,
        private readonly tokens: Tokens,
    ) {}

    /** Resolves with the answer, or rejects with a NatterError. The path is what follows `/api/v1`. */
    async call<Answer>(method: Method, path: string, request: Omit<Request, "token"> = {}): Promise<Answer> {
        const token = await this.tokens.access();
        try {
            return await this.http.call<Answer>(method, path, { ...request, token });
        } catch (error) {
            if (!isTokenRefusal(error)) throw error;
            this.tokens.refused(token);
            return this.http.call<Answer>(method, path, { ...request, token: await this.tokens.access() });
        }
    }
}

/** A wrong password on a route that asks for one is 401 too, and no reason to refresh. */
function isTokenRefusal(error: unknown): boolean {
    return error instanceof NatterError && error.status === 401 && error.code !== "auth.invalid_credentials";
}
