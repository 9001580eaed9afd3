/** A thread of which answers are held. */
export interface KeptThread {
    /** seq of the message that it is under; that has a row there too, once the thread was read. */
    root: number;
    /** Those of the answers that are held, ascending. */
    seqs: number[];
}

/** Threads that are held; past as many, those that nothing was heard of for longest are forgotten. */
const THREADS = 200;
/** Answers of one thread that are held; past twice as many the oldest are dropped. */
const ROWS = 500;

/** A thread's rows are in a log of their own, beside the room's. */
export function threadLog(room: string, root: number): string {
    return `${room}.${root}`;
}

/** Logs of threads begin with it. */
export function threadLogsOf(room: string): string {
    return `${room}.`;
}

/** What is to be dropped: rows of this log older than `seq`. */
export interface ThreadCut {
    log: string;
    seq: number;
}

/** Knows of which threads the local store holds which answers. */
export class KeptThreads {
    /** By their logs, that of which something was heard last at the end. */
    private all = new Map<string, KeptThread & { room: string }>();

    constructor(private readonly limits = { threads: THREADS, rows: ROWS }) {}

    restore(rooms: readonly { id: string; threads?: readonly KeptThread[] }[]): void {
        this.all = new Map(rooms.flatMap(({ id, threads = [] }) => threads.map(({ root, seqs }) => [threadLog(id, root), { room: id, root, seqs: [...seqs] }])));
    }

    clear(): void {
        this.all.clear();
    }

    of(room: string): KeptThread[] {
        return [...this.all.values()].flatMap((thread) => (thread.room === room ? [{ root: thread.root, seqs: [...thread.seqs] }] : []));
    }

    /** These answers are held from here on; returns what is to be dropped for them. */
    add(room: string, root: number, seqs: readonly number[]): ThreadCut[] {
        const log = threadLog(room, root);
        const known = this.all.get(log);
        const thread = { room, root, seqs: [...new Set([...(known?.seqs ?? []), ...seqs])].sort((a, b) => a - b) };
        this.all.delete(log);
        this.all.set(log, thread);
        return [...this.shorten(log, thread), ...this.forgetOldest()];
    }

    /** The logs of a room's threads that hold a row of this message. */
    logsWith(room: string, seq: number): string[] {
        return [...this.all].flatMap(([log, thread]) => (thread.room === room && (thread.root === seq || thread.seqs.includes(seq)) ? [log] : []));
    }

    /** Nothing of a room's threads is held any more. */
    forget(room: string): ThreadCut[] {
        const logs = [...this.all].flatMap(([log, thread]) => (thread.room === room ? [log] : []));
        return logs.map((log) => this.drop(log));
    }

    private shorten(log: string, thread: KeptThread): ThreadCut[] {
        if (thread.seqs.length <= 2 * this.limits.rows) return [];
        thread.seqs = thread.seqs.slice(-this.limits.rows);
        return [{ log, seq: thread.seqs[0]! }];
    }

    private forgetOldest(): ThreadCut[] {
        const surplus = Math.max(0, this.all.size - this.limits.threads);
        return [...this.all.keys()].slice(0, surplus).map((log) => this.drop(log));
    }

    private drop(log: string): ThreadCut {
        this.all.delete(log);
        return { log, seq: Infinity };
    }
}
