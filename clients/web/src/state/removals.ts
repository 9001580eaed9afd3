import type { NatterClient, UserBanned } from "@natternet/sdk";
import { Store } from "./store.js";

export interface Removal {
    room: string;
    /** The name of the group, as it was last known. */
    name: string;
    /** Who removed one. */
    by: string;
    reason: string | undefined;
    /** One is kept out: for so many seconds, or for good. */
    ban: { readonly seconds: number | undefined } | undefined;
}

type Client = Pick<NatterClient, "on" | "user">;

/** The groups that one was removed from while this page was open, the last first. */
export class Removals extends Store<readonly Removal[]> {
    /** `nameOf` is asked while the room is still known to the list. */
    constructor(client: Client, nameOf: (room: string) => string) {
        super([]);
        /** Of oneself, the last that came: who is banned leaves with the next event. */
        let banned: UserBanned | undefined;
        client.on("event", ({ event, backlog }) => {
            if (event.type === "room.user.banned" && event.user_id === client.user?.id) banned = event;
            if (event.type === "room.user.joined" && event.user_id === client.user?.id) this.forget(event.room);
            if (event.type !== "room.user.left" || event.user_id !== client.user?.id || event.by === event.user_id || backlog) return;
            const { room, by } = event;
            const ban = banned?.room === room && banned.seq === event.seq - 1 ? { seconds: banned.seconds } : undefined;
            const reason = ban ? banned?.reason : event.reason;
            this.set([{ room, name: nameOf(room), by, reason, ban }, ...this.get().filter((one) => one.room !== room)]);
        });
        client.on("signed_out", () => this.set([]));
    }

    private forget(room: string): void {
        if (this.get().some((one) => one.room === room)) this.set(this.get().filter((one) => one.room !== room));
    }
}
