import { emojiImage, ServerEmoji, type Emoji, type NatterClient } from "@natternet/sdk";
import { ownEmoji } from "./own_emoji.js";

let followed: ServerEmoji | null = null;

/** Keeps the emoji of the server as they are, for as long as the page is open. */
export function followEmoji(client: NatterClient): void {
    if (followed) return;
    followed = new ServerEmoji(client, show);
    show(followed);
}

function show(emoji: ServerEmoji): void {
    ownEmoji.set({ all: emoji.all, image: (text) => imageOf(emoji, text), moves: (text) => named(emoji, text)?.animated === true });
}

function imageOf(emoji: ServerEmoji, text: string): string | undefined {
    const found = named(emoji, text);
    return found && emojiImage(found);
}

function named(emoji: ServerEmoji, text: string): Emoji | undefined {
    return text.startsWith(":") && text.endsWith(":") ? emoji.get(text.slice(1, -1)) : undefined;
}

/** What one has changed oneself is there at once. */
export async function lookAtEmoji(): Promise<void> {
    await followed?.look();
}
