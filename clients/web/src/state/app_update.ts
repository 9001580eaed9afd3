import { Store } from "./store.js";

export interface AppUpdateView {
    /** A newer version of the page is on the device, and runs as soon as the person says so. */
    ready: boolean;
}

const WORKER = "/sw.js";
/** However often the connection comes back, the server is not asked for news more often. */
const PAUSE_MS = 10 * 60_000;

type Registration = Pick<ServiceWorkerRegistration, "installing" | "waiting" | "update" | "addEventListener">;
type Container = Pick<ServiceWorkerContainer, "controller" | "addEventListener"> & { register(url: string): Promise<Registration> };

/** The page's own version: fetched when it changes, changed when the person wants it. */
export class AppUpdate extends Store<AppUpdateView> {
    private registration: Registration | null = null;
    private lookedAt = 0;
    private wanted = false;

    constructor(
        /** Undefined where pages may have no worker: over plain http from afar, in some private windows. */
        private readonly container: Container | undefined,
        private readonly reload: () => void,
    ) {
        super({ ready: false });
    }

    async register(): Promise<void> {
        const isFirst = !this.container?.controller;
        this.container?.addEventListener("controllerchange", () => {
            if (this.wanted) this.reload();
            else if (!isFirst) this.set({ ready: true }); // another tab took it; this one runs the old page
        });
        this.registration = (await this.container?.register(WORKER).catch(() => null)) ?? null;
        this.lookedAt = Date.now();
        this.registration?.addEventListener("updatefound", () => this.follow(this.registration?.installing));
        if (this.registration?.waiting) this.set({ ready: true });
        else this.follow(this.registration?.installing);
    }

    /** Looks for a newer version, unless that was done just now. */
    look(): void {
        if (!this.registration || Date.now() - this.lookedAt < PAUSE_MS) return;
        this.lookedAt = Date.now();
        void this.registration.update().catch(() => {}); // offline: the next time
    }

    /** Starts the page anew, in its new version. Only ever called by the person. */
    apply(): void {
        this.wanted = true;
        const waiting = this.registration?.waiting;
        if (waiting) waiting.postMessage("take over");
        else this.reload();
    }

    private follow(worker: ServiceWorker | null | undefined): void {
        worker?.addEventListener("statechange", () => {
            // The first worker of all replaces nothing.
            if (worker.state === "installed" && this.container?.controller) this.set({ ready: true });
        });
    }
}
