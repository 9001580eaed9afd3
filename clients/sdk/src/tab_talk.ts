import type { PendingAct } from "./acts.js";
import type { ClientEvents } from "./client_events.js";
import type { Clock } from "./clock.js";
import { NatterError } from "./errors.js";
import type { Line, TabNews } from "./line.js";
import type { LocalValues } from "./local_values.js";
import type { Outbox, OutboxEntry } from "./outbox.js";
import type { Keeper } from "./store/keeper.js";
import type { SignedOutReason, SuspendedUntil } from "./tokens.js";
import type * as t from "./schema.gen.js";

/** A tab that said it was leaving and then fell silent is not waited for longer than this. */
const LEAVING_MS = 10_000;

/** The parts of a client that tabs tell each other of. */
export interface TabTalkParts {
    readonly link: Pick<Line, "leads" | "tell" | "stop">;
    readonly clock: Clock;
    readonly keeper: Keeper;
    readonly outbox: Pick<Outbox, "heard">;
    readonly values: Pick<LocalValues, "take">;
    emit(name: "act_refused", refused: ClientEvents["act_refused"]): void;
    reconnect(): Promise<void>;
    /** Another tab signed out, or was signed out. */
    ended(reason: SignedOutReason, suspension?: SuspendedUntil): void;
}

/** What happens in one tab, told to the others; and kept by the one that keeps for all. */
export class TabTalk {
    constructor(private readonly parts: TabTalkParts) {}

    /** Another tab has news. */
    told(news: TabNews): void {
        switch (news.is) {
            case "outbox":
                return this.parts.outbox.heard(news.nonce, news.entry);
            case "value":
                return this.parts.values.take(news.key, news.value);
            case "refused":
                return this.parts.emit("act_refused", { act: news.act, error: new NatterError(news.code, news.detail) });
            case "page":
                return this.parts.keeper.page(news.room, news.events, news.from, news.to);
            case "thread":
                return this.parts.keeper.thread(news.root, news.answers);
            case "leaving":
                this.parts.link.stop();
                return void this.parts.clock.after(LEAVING_MS, () => void this.parts.reconnect());
            case "staying":
                return void this.parts.reconnect();
            case "left":
                return this.parts.ended(news.reason, news.suspension);
        }
    }

    /** One tab sends for all; the person may be looking at another. */
    refused(act: PendingAct, error: NatterError): void {
        this.parts.link.tell({ is: "refused", act, code: error.code, detail: error.message });
        this.parts.emit("act_refused", { act, error });
    }

    /** A page of history was read. */
    keepPage(room: string, events: readonly t.StoredEvent[], from: number, to: number): void {
        if (this.parts.link.leads) this.parts.keeper.page(room, events, from, to);
        else this.parts.link.tell({ is: "page", room, events, from, to });
    }

    /** A thread was read. */
    keepThread(root: t.Message, answers: readonly t.Message[]): void {
        if (this.parts.link.leads) this.parts.keeper.thread(root, answers);
        else this.parts.link.tell({ is: "thread", root, answers });
    }

    keepValue(key: string, value: unknown): void {
        this.parts.keeper.value(key, value);
        this.parts.link.tell({ is: "value", key, value });
    }

    keepOutbox(nonce: string, entry: OutboxEntry | null): void {
        this.parts.keeper.outbox(nonce, entry);
        this.parts.link.tell({ is: "outbox", nonce, entry });
    }
}
