import { EmojiAdmin, type NatterClient } from "@natternet/sdk";
import { lookAtEmoji } from "./follow_emoji.js";

/** What administrators do to the emoji of the server; the list follows. */
export class AdminEmoji {
    private readonly admin: EmojiAdmin;

    constructor(client: Pick<NatterClient, "api">) {
        this.admin = new EmojiAdmin(client.api);
    }

    async upload(name: string, image: Blob): Promise<void> {
        await this.admin.upload(name, image);
        await lookAtEmoji();
    }

    async rename(name: string, to: string): Promise<void> {
        await this.admin.rename(name, to);
        await lookAtEmoji();
    }

    async delete(name: string): Promise<void> {
        await this.admin.delete(name);
        await lookAtEmoji();
    }
}
