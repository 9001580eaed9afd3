import type { ListReceiptsAnswer, NatterClient } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

const PAGE = 200;
/** So many pages are looked at in one go, unless so many readers are found before. */
const PAGES = 10;
const ENOUGH = 50;

export interface SeenByView {
    /** Ids of people. */
    readers: readonly string[];
    /** Whether this is all; it is the only time that their number says something. */
    all: boolean;
    busy: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "rooms" | "user">;

/** Who has read a message in a room of many people, of those who let it be told: asked for by who wants to know it. */
export class SeenBy extends Store<SeenByView> {
    private cursor: string | undefined;
    private ended = false;

    constructor(
        private readonly client: Client,
        private readonly room: string,
        private readonly seq: number,
    ) {
        super({ readers: [], all: false, busy: false, error: null });
    }

    /** Reads on, until there are enough more, or so much was looked at. */
    async more(): Promise<void> {
        if (this.get().busy || this.get().all) return;
        this.set({ ...this.get(), busy: true, error: null });
        const before = this.get().readers.length;
        try {
            for (let pages = 0; pages < PAGES && !this.ended && !this.get().all && this.get().readers.length < before + ENOUGH; pages += 1)
                this.take(await this.client.rooms.receipts(this.room, this.cursor, PAGE));
            this.set({ ...this.get(), busy: false });
        } catch (error) {
            this.set({ ...this.get(), busy: false, error: codeOf(error) });
        }
    }

    /** Nobody wants to know it any more. */
    end(): void {
        this.ended = true;
    }

    private take({ receipts, next }: ListReceiptsAnswer): void {
        const view = this.get();
        const found = receipts.filter(({ user_id, read_seq }) => read_seq >= this.seq && user_id !== this.client.user?.id).map(({ user_id }) => user_id);
        this.cursor = next ?? undefined;
        this.set({ ...view, readers: [...view.readers, ...found], all: next === null });
    }
}
