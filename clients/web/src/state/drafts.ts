import type { NatterClient } from "@natternet/sdk";

/** Before the room's id, in the keys of the client's values. */
export const DRAFT = "draft.";
const PAUSE_MS = 400;

type Client = Pick<NatterClient, "on" | "values">;

/** What was typed and not sent, room by room; kept on this device, over reloads too. */
export class Drafts {
    /** Typed just now, and not kept yet. */
    private readonly fresh = new Map<string, string>();
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly client: Client) {
        client.on("signed_out", () => this.fresh.clear());
    }

    get(room: string): string {
        const kept = this.fresh.get(room) ?? this.client.values.get(DRAFT + room);
        return typeof kept === "string" ? kept : "";
    }

    /** An empty text is no draft. */
    set(room: string, text: string): void {
        this.fresh.set(room, text);
        clearTimeout(this.timer);
        if (text === "") this.keep();
        else this.timer = setTimeout(() => this.keep(), PAUSE_MS);
    }

    /** To be called before the page goes away. */
    keep(): void {
        clearTimeout(this.timer);
        for (const [room, text] of this.fresh) {
            if (text !== (this.client.values.get(DRAFT + room) ?? "")) this.client.values.set(DRAFT + room, text === "" ? undefined : text);
        }
        this.fresh.clear();
    }
}
