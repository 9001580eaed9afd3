import type { NatterClient, User } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { PAUSE_MS } from "./paged_search.js";
import { Store } from "./store.js";

export interface PeopleSearchView {
    text: string;
    found: User[];
    searching: boolean;
    error: string | null;
}

type Client = Pick<NatterClient, "people" | "user">;

/** Finds people while somebody types a name. Answers to what is no longer asked are dropped. */
export class PeopleSearch extends Store<PeopleSearchView> {
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(private readonly client: Client) {
        super({ text: "", found: [], searching: false, error: null });
    }

    type(text: string): void {
        clearTimeout(this.timer);
        const wanted = text.trim();
        this.update({ text, searching: wanted !== "", error: null, ...(wanted === "" ? { found: [] } : {}) });
        if (wanted !== "") this.timer = setTimeout(() => void this.search(text), PAUSE_MS);
    }

    private async search(text: string): Promise<void> {
        try {
            const found = await this.client.people.search(text.trim());
            if (this.get().text !== text) return;
            this.update({ found: found.filter((user) => user.id !== this.client.user?.id), searching: false });
        } catch (error) {
            if (this.get().text !== text) return;
            this.update({ searching: false, error: codeOf(error) });
        }
    }
}
