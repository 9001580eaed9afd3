import type { NatterClient, OwnReportEntry, ReportCategory, Reported } from "@natternet/sdk";
import { Store } from "./store.js";

export interface ReportsView {
    /** What one has reported oneself, the newest first; the same on all devices. */
    own: readonly OwnReportEntry[];
    /** By room, how many reports one has to decide of; of the server under `SERVER`. */
    open: ReadonlyMap<string, number>;
}

export const SERVER = "server";
const OWN = "report:";
const OPEN = "reports:";

type Client = Pick<NatterClient, "on" | "feed" | "reports">;

/** What one has reported, what came of it, and how much waits to be decided. */
export class Reports extends Store<ReportsView> {
    private told: ((report: OwnReportEntry) => void) | undefined;

    constructor(private readonly client: Client) {
        super({ own: [], open: new Map() });
        client.on("opened", () => this.reread());
        client.on("own", (key) => {
            if (key.startsWith(OWN)) this.ownChanged(key);
            if (key.startsWith(OPEN)) this.reread();
        });
        client.on("signed_out", () => this.set({ own: [], open: new Map() }));
    }

    /** Calls `told` when somebody has decided of what one reported, until the function returned is called. */
    onTold(told: (report: OwnReportEntry) => void): () => void {
        this.told = told;
        return () => {
            if (this.told === told) this.told = undefined;
        };
    }

    async make(what: Reported, category: ReportCategory, text: string): Promise<void> {
        await this.client.reports.make(what, category, text.trim() || undefined);
    }

    putAside(id: string): Promise<void> {
        return this.client.reports.putAside(id);
    }

    private ownChanged(key: string): void {
        const before = this.get().own.find(({ id }) => OWN + id === key);
        this.reread();
        const now = this.get().own.find(({ id }) => OWN + id === key);
        if (before?.state === "open" && now !== undefined && now.state !== "open") this.told?.(now);
    }

    private reread(): void {
        const open = this.client.feed.all("reports").map(([key, value]) => [key.slice(OPEN.length), (value as { open?: number }).open ?? 0] as const);
        this.set({ own: this.client.reports.own(), open: new Map(open) });
    }
}
