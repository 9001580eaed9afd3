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

/** Makes `work` run once after the present turn, however often it is asked for. */
export function coalesced(work: () => void): () => void {
    let due = false;
    return () => {
        if (due) return;
        due = true;
        queueMicrotask(() => {
            due = false;
            work();
        });
    };
}
