/** A value that can be watched. Each new state is a new value; nothing is changed in place. */
export class Store<Value> {
    private readonly watchers = new Set<() => void>();

    constructor(private value: Value) {}

    readonly get = (): Value => this.value;

    readonly subscribe = (watcher: () => void): (() => void) => {
        this.watchers.add(watcher);
        return () => void this.watchers.delete(watcher);
    };

    set(value: Value): void {
        if (Object.is(value, this.value)) return;
        this.value = value;
        for (const watcher of [...this.watchers]) watcher();
    }

    update(change: Partial<Value>): void {
        this.set({ ...this.value, ...change });
    }
}

/** Nothing that is looked at waits longer than this, even where no frame is drawn. */
const LONGEST_MS = 200;

/** Makes `work` run once before the next frame, however often it is asked for. */
export function framed(work: () => void): () => void {
    let due = false;
    const run = () => {
        if (!due) return;
        due = false;
        work();
    };
    return () => {
        if (due) return;
        due = true;
        nextFrame(run);
    };
}

/** A tab that is out of sight draws no frames; its title tells what is unread all the same. */
function nextFrame(run: () => void): void {
    if (typeof requestAnimationFrame !== "function") return queueMicrotask(run);
    requestAnimationFrame(run);
    setTimeout(run, LONGEST_MS);
}
