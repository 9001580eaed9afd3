import { uuid7, type NatterClient, type Report, type ReportPage, type User } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export interface ReportQueueView {
    /** Newest first; null until read. */
    reports: readonly Report[] | null;
    people: ReadonlyMap<string, User>;
    /** Names of the groups that they are about. */
    rooms: ReadonlyMap<string, string>;
    /** Where the next page begins; null: this is all. */
    next: string | null;
    busy: boolean;
    error: string | null;
}

export interface Wanted {
    /** Words of what was said, or of names. */
    words: string;
    /** Those that were decided, too. */
    all: boolean;
}

const GONE: ReadonlySet<string> = new Set(["message.deleted", "message.not_found"]);

type Client = Pick<NatterClient, "on" | "reports" | "rooms" | "acts">;

/** What is reported to the moderators of a group, or (null) to the administrators, while somebody looks. */
export class ReportQueue extends Store<ReportQueueView> {
    private wanted: Wanted = { words: "", all: false };
    /** Counts readings: the answer to an earlier one is late news. */
    private reading = 0;
    /** The nonces of messages that are to be deleted, by report: tried again it is done once. */
    private readonly deletions = new Map<string, string>();

    constructor(
        private readonly client: Client,
        readonly room: string | null,
    ) {
        super({ reports: null, people: new Map(), rooms: new Map(), next: null, busy: false, error: null });
    }

    /** Reads it anew whenever what is open changes; the function returned ends that. */
    watch(): () => void {
        const key = `reports:${this.room ?? "server"}`;
        return this.client.on("own", (changed) => changed === key && void this.read(undefined, true));
    }

    find(wanted: Wanted): Promise<void> {
        this.wanted = wanted;
        return this.load();
    }

    load(): Promise<void> {
        return this.read(undefined);
    }

    async more(): Promise<void> {
        const { next } = this.get();
        if (next !== null) await this.read(next);
    }

    /** One with its evidence, and the people in it. */
    async one(id: string): Promise<Report> {
        const { report } = await this.client.reports.get(id);
        return report;
    }

    async resolve(id: string, outcome: "acted" | "dismissed", reason: string): Promise<void> {
        this.put(await this.client.reports.resolve(id, outcome, reason.trim() || undefined));
    }

    async escalate(id: string, reason: string): Promise<void> {
        await this.client.reports.escalate(id, reason.trim() || undefined);
        this.update({ reports: this.get().reports?.filter((one) => one.id !== id) ?? null });
    }

    /** For everyone, in whatever room it stands; of what lies with the administrators. What is gone already, deleted or too old for its room, is as good as deleted. */
    async deleteMessage(id: string, reason: string): Promise<void> {
        const nonce = this.deletions.get(id) ?? uuid7();
        this.deletions.set(id, nonce);
        try {
            await this.client.reports.deleteMessage(id, reason.trim() || undefined, nonce);
        } catch (error) {
            if (!GONE.has(codeOf(error))) throw error;
        }
    }

    private put(report: Report): void {
        const reports = this.get().reports?.map((one) => (one.id === report.id ? report : one)) ?? null;
        this.update({ reports: reports?.filter(({ state }) => this.wanted.all || state === "open") ?? null });
    }

    private ask(cursor: string | undefined): Promise<ReportPage> {
        const { words, all } = this.wanted;
        const query = { state: all ? "all" : "open", q: words.trim() || undefined, cursor };
        return this.room === null ? this.client.reports.ofServer(query) : this.client.reports.ofRoom(this.room, query);
    }

    /** A page goes behind what is shown, or before what of it is older, or is all that is shown from now on. */
    private joined(page: ReportPage, behind: boolean, before: boolean): Pick<ReportQueueView, "reports" | "next"> {
        const { reports, next } = this.get();
        const shown = reports ?? [];
        if (behind) return { reports: [...shown, ...page.reports], next: page.next };
        const last = shown.findIndex(({ id }) => id === page.reports.at(-1)?.id);
        const older = before && page.next !== null && last >= 0 ? shown.slice(last + 1) : [];
        return { reports: [...page.reports, ...older], next: older.length > 0 ? next : page.next };
    }

    /** `keeps`: what is shown beyond the first page stays. */
    private async read(cursor: string | undefined, keeps = false): Promise<void> {
        const reading = ++this.reading;
        this.update({ busy: true, error: null });
        try {
            const page = await this.ask(cursor);
            if (reading !== this.reading) return;
            const { people, rooms } = this.get();
            this.set({
                ...this.joined(page, cursor !== undefined, keeps),
                people: new Map([...people, ...page.users.map((user) => [user.id, user] as const)]),
                rooms: new Map([...rooms, ...page.rooms.map(({ id, name }) => [id, name] as const)]),
                busy: false,
                error: null,
            });
        } catch (error) {
            if (reading === this.reading) this.update({ busy: false, error: codeOf(error) });
        }
    }
}
