import { NatterError } from "@natternet/sdk";

/** Why something failed, as a code that has words. */
export function codeOf(error: unknown): string {
    return error instanceof NatterError ? error.code : "unknown";
}
