import type { Api } from "./api.js";
import type { Feed } from "./feed.js";
import type { GetReportAnswer, ListReportsQuery, MakeReportBody, OwnReport, Report, ReportPage, ResolveReportBody } from "./schema.gen.js";
import { uuid7 } from "./uuid7.js";

/** What is reported: a message, a person or a group. */
export type Reported = { room: string; seq: number } | { user_id: string } | { room: string };

/** Something one has reported, and how it stands. */
export interface OwnReportEntry extends OwnReport {
    /** Of the report. */
    id: string;
}

/**
 * Reports of what is wrong, and deciding of them: for a group who has the permission `reports` there, for the
 * server its administrators. How many are open comes to who decides by their feed, as does to who reported
 * what came of it; the client's event `own` tells of changes under `report:` and `reports:`.
 */
export class Reports {
    constructor(
        private readonly api: Api,
        private readonly feed: Pick<Feed, "get" | "all" | "delete">,
    ) {}

    /**
     * Reports something; it goes along as it is now. Of the same again while nobody has decided it is the same
     * report. Rejects with `report.too_many` where too many wait, `rate.limited` where it is too fast, and of what is
     * not there with `room.not_found`, `message.not_found`, `message.deleted` or `user.not_found`.
     */
    make(what: Reported, category: MakeReportBody["category"], text?: string): Promise<OwnReport> {
        return this.api.call("POST", "/reports", { body: { ...what, category, ...(text && { text }) } });
    }

    /** What one has reported and not put aside, the newest first; as far as is known here. */
    own(): OwnReportEntry[] {
        const all = this.feed.all("report").map(([key, value]) => ({ ...(value as OwnReport), id: key.slice("report:".length) }));
        return all.sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
    }

    /** Puts what one was told aside, on all devices. */
    putAside(id: string): Promise<void> {
        return this.feed.delete(`report:${id}`);
    }

    /** How many are open in a room's queue, for who decides there; 100 where there are more. */
    openIn(room: string): number {
        return this.open(room);
    }

    /** How many the server's administrators have to decide of. */
    openOfServer(): number {
        return this.open("server");
    }

    /**
     * What is reported to the moderators of a room, newest first; `next` of the answer is the `cursor` of the next
     * page. Rejects with `room.not_found` and `room.forbidden`.
     */
    ofRoom(room: string, query: ListReportsQuery = {}): Promise<ReportPage> {
        return this.api.call("GET", `/rooms/${encodeURIComponent(room)}/reports`, { query: { ...query } });
    }

    /** What is reported to the administrators of the server, likewise. Rejects with `auth.forbidden`. */
    ofServer(query: ListReportsQuery = {}): Promise<ReportPage> {
        return this.api.call("GET", "/reports", { query: { ...query } });
    }

    /** One report, with its evidence while it is open. Rejects with `report.not_found`. */
    get(id: string): Promise<GetReportAnswer> {
        return this.api.call("GET", path(id));
    }

    /** Decides: `acted`, something was done, or `dismissed`. Its evidence is gone then. Rejects with `report.resolved` where somebody else has. */
    resolve(id: string, outcome: ResolveReportBody["outcome"], reason?: string): Promise<Report> {
        return this.api.call("PUT", `${path(id)}/outcome`, { body: { outcome, ...(reason && { reason }) } });
    }

    /**
     * Hands it on to the administrators of the server. Rejects with `report.not_found`, `report.resolved` and
     * `report.escalated`.
     */
    escalate(id: string, reason?: string): Promise<Report> {
        return this.api.call("PUT", `${path(id)}/escalation`, { body: { ...(reason && { reason }) } });
    }

    /**
     * Deletes for everyone the message that it is about, for the administrators of the server, with whom it lies: in any
     * room, in it or not. The reason is for its people and for the audit log. The report stays open. With the nonce of a
     * first try it is done once. Rejects with `message.deleted` where it is gone already.
     */
    async deleteMessage(id: string, reason?: string, nonce: string = uuid7()): Promise<void> {
        await this.api.call("DELETE", `${path(id)}/message`, { body: { nonce, ...(reason && { reason }) } });
    }

    private open(queue: string): number {
        const value = this.feed.get(`reports:${queue}`) as { open?: number } | null;
        return value?.open ?? 0;
    }
}

function path(id: string): string {
    return `/reports/${encodeURIComponent(id)}`;
}
