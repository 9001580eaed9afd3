import type { TabChannel, Tabs } from "../../src/mod.js";

interface End extends TabChannel {
    name: string;
    tab: FakeTabs;
}

/** A browser with tabs, in this process: their channels, and locks that a closed tab loses. */
export class FakeBrowser {
    readonly ends = new Set<End>();
    readonly locks = new Map<string, FakeTabs>();
    readonly queue: { name: string; tab: FakeTabs; run(): void }[] = [];

    tab(): FakeTabs {
        return new FakeTabs(this);
    }

    release(name: string, tab: FakeTabs): void {
        if (this.locks.get(name) !== tab) return;
        this.locks.delete(name);
        const at = this.queue.findIndex((waiting) => waiting.name === name);
        if (at >= 0) this.queue.splice(at, 1)[0]!.run();
    }
}

export class FakeTabs implements Tabs {
    private gone = false;

    constructor(private readonly browser: FakeBrowser) {}

    channel(name: string): TabChannel {
        const { ends } = this.browser;
        const end: End = {
            name,
            tab: this,
            onMessage: () => {},
            post: (message) => {
                if (this.gone) return;
                const copy = structuredClone(message);
                for (const other of ends) {
                    if (other !== end && other.name === name) queueMicrotask(() => other.tab.gone || other.onMessage(copy));
                }
            },
            close: () => void ends.delete(end),
        };
        ends.add(end);
        return end;
    }

    exclusively(name: string, work: () => Promise<void>, ifFree: boolean): Promise<boolean> {
        const { locks, queue } = this.browser;
        return new Promise((resolve) => {
            const run = () => {
                locks.set(name, this);
                void work().finally(() => {
                    this.browser.release(name, this);
                    resolve(true);
                });
            };
            if (!locks.has(name)) run();
            else if (ifFree) resolve(false);
            else queue.push({ name, tab: this, run });
        });
    }

    /** The tab is closed, or crashes: nothing of it runs any more, and its locks are free. */
    crash(): void {
        this.gone = true;
        this.browser.queue.splice(0, Infinity, ...this.browser.queue.filter(({ tab }) => tab !== this));
        for (const end of this.browser.ends) if (end.tab === this) this.browser.ends.delete(end);
        for (const [name, tab] of this.browser.locks) if (tab === this) this.browser.release(name, this);
    }
}
