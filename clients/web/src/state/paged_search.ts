import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

/** What is asked for: words, and of some things how they stand. */
export interface Asked<State> {
    text: string;
    state: State;
}

export interface Page<Item> {
    found: readonly Item[];
    /** Where the next page begins; null: this is all. */
    next: string | null;
}

export interface PagedSearchView<Item, State> extends Asked<State>, Page<Item> {
    searching: boolean;
    error: string | null;
}

/** Long enough not to ask for every letter, short enough not to be felt. */
export const PAUSE_MS = 180;

/** Finds things page by page while somebody types. Answers to what is no longer asked are dropped. */
export abstract class PagedSearch<Item, State = null> extends Store<PagedSearchView<Item, State>> {
    private timer: ReturnType<typeof setTimeout> | undefined;
    private asked = 0;

    constructor(state: State) {
        super({ text: "", state, found: [], next: null, searching: false, error: null });
    }

    type(text: string): void {
        clearTimeout(this.timer);
        this.asked += 1;
        this.update({ text, next: null, searching: true, error: null });
        this.timer = setTimeout(() => void this.search(), PAUSE_MS);
    }

    pick(state: State): void {
        this.update({ state });
        void this.search();
    }

    /** The first page of what is asked. */
    search(): Promise<void> {
        return this.ask([], null);
    }

    /** The page behind what is shown. */
    more(): Promise<void> {
        const { found, next } = this.get();
        return next === null ? Promise.resolve() : this.ask(found, next);
    }

    protected abstract read(asked: Asked<State>, cursor: string | null): Promise<Page<Item>>;

    /** Something was done, and one of those that are shown stands otherwise now. */
    protected change(isIt: (item: Item) => boolean, change: (item: Item) => Item): void {
        this.update({ found: this.get().found.map((item) => (isIt(item) ? change(item) : item)) });
    }

    /** A page may have nothing on it, with more behind it: then the next one is read. */
    private async ask(before: readonly Item[], from: string | null): Promise<void> {
        const asked = ++this.asked;
        this.update({ searching: true, error: null });
        try {
            const { text, state } = this.get();
            let page: Page<Item> = { found: [], next: from };
            do {
                page = await this.read({ text: text.trim(), state }, page.next);
                if (asked !== this.asked) return;
            } while (page.found.length === 0 && page.next !== null);
            this.update({ found: [...before, ...page.found], next: page.next, searching: false });
        } catch (error) {
            if (asked === this.asked) this.update({ searching: false, error: codeOf(error) });
        }
    }
}
