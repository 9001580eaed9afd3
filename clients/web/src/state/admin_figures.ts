import { Admin, type NatterClient, type ServerFigures } from "@natternet/sdk";
import { codeOf } from "./error_code.js";
import { Store } from "./store.js";

export type Curve = "people" | "connections" | "messages" | "deliveries" | "requests" | "refusals" | "wait" | "waiting" | "queued" | "memory";

/** Of a figure: what it was at each look, the newest last. */
export type Curves = Readonly<Record<Curve, readonly number[]>>;

export interface AdminFiguresView {
    now: ServerFigures | null;
    curves: Curves;
    error: string | null;
}

/** So many looks are kept: at one each 3 s, five minutes. */
const KEPT = 100;
const NONE: Curves = { people: [], connections: [], messages: [], deliveries: [], requests: [], refusals: [], wait: [], waiting: [], queued: [], memory: [] };

type Figures = ServerFigures["figures"];

/** What the server knows of itself, looked at again and again, for its administrators. */
export class AdminFigures extends Store<AdminFiguresView> {
    private readonly admin: Admin;

    constructor(client: Pick<NatterClient, "api">) {
        super({ now: null, curves: NONE, error: null });
        this.admin = new Admin(client.api);
    }

    /** Looks once; what was seen before stays, where that fails. */
    async look(): Promise<void> {
        try {
            const now = await this.admin.figures();
            const { now: before, curves } = this.get();
            this.update({ now, curves: drawn(curves, before, now), error: null });
        } catch (error) {
            this.update({ error: codeOf(error) });
        }
    }
}

/** The curves with one point more; of what is counted up that takes two looks. */
export function drawn(curves: Curves, before: ServerFigures | null, now: ServerFigures): Curves {
    const points: Partial<Record<Curve, number>> = { ...levels(now.figures), ...(before && rates(before, now)) };
    const longer = Object.entries(curves).map(([name, curve]) => {
        const point = points[name as Curve];
        return [name, point === undefined ? curve : [...curve, point].slice(-KEPT)] as const;
    });
    return Object.fromEntries(longer) as Curves;
}

function levels(of: Figures): Partial<Record<Curve, number>> {
    const at = (name: string) => of[name] ?? 0;
    return {
        people: at("signed_in_websockets"),
        connections: at("connections"),
        waiting: at("acts_waiting") + at("store_jobs"),
        queued: at("queued_bytes"),
        ...(of["memory_resident_bytes"] !== undefined && { memory: of["memory_resident_bytes"] }),
    };
}

/** How much more there is of something; a server that was started anew counts from 0. */
function more(before: Figures, now: Figures, ...names: string[]): number {
    return names.reduce((sum, name) => sum + Math.max(0, (now[name] ?? 0) - (before[name] ?? 0)), 0);
}

function rates({ at: then, figures: before }: ServerFigures, { at, figures: now }: ServerFigures): Partial<Record<Curve, number>> {
    const seconds = Math.max(0.001, (Date.parse(at) - Date.parse(then)) / 1_000);
    const wait = waitMs(before, now);
    return {
        messages: more(before, now, "events_appended_total") / seconds,
        deliveries: more(before, now, "sent_frames_total") / seconds,
        requests: more(before, now, "requests_total", "commands_total") / seconds,
        refusals: more(before, now, "problems_total") / seconds,
        ...(wait !== null && { wait }),
    };
}

/** What one group of writes took until it was durable, on either engine; null: there was none. */
function waitMs(before: Figures, now: Figures): number | null {
    const groups = more(before, now, "store_group_seconds_count", "store_commits_total");
    const ms = more(before, now, "store_group_seconds_sum") * 1_000 + more(before, now, "store_commit_microseconds_total") / 1_000;
    return groups > 0 ? ms / groups : null;
}
