/** A typed list of listeners. One that throws is reported and does not stop the others. */
export class Emitter<Events extends object> {
    private readonly listeners = new Map<keyof Events, Set<(value: never) => void>>();

    /** Calls `listener` from now on; returns the function that ends it. */
    on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
        let set = this.listeners.get(name);
        if (!set) this.listeners.set(name, (set = new Set()));
        const own = (value: Events[Name]) => listener(value);
        set.add(own);
        return () => set.delete(own);
    }

    /** @internal */
    emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
        for (const listener of [...(this.listeners.get(name) ?? [])]) {
            try {
                (listener as (value: Events[Name]) => void)(value);
            } catch (error) {
                queueMicrotask(() => {
                    throw error;
                });
            }
        }
    }
}
