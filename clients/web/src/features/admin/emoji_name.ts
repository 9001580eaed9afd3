/** As the server takes them. */
export const NAME_CHARS = 32;

/** What is typed or what a file is called, as the name of an emoji; may still be too short. */
export function fittingName(text: string): string {
    return text
        .normalize("NFKD")
        .toLowerCase()
        .replace(/\p{M}/gu, "")
        .replace(/[^a-z0-9_]+/g, "_")
        .slice(0, NAME_CHARS);
}

/** From the name of a file: without its ending, and without what looks like a size. */
export function nameOfFile(file: string): string {
    return fittingName(file.replace(/\.[^.]*$/, "")).replace(/^_+|_+$/g, "");
}
