/** The lines that say something, each once. */
export function linesOf(text: string): string[] {
    return [...new Set(text.split("\n").map((line) => line.trim()).filter((line) => line !== ""))];
}
