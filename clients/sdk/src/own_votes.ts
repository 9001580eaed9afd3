import type { PendingAct } from "./acts.js";
import { ownVote } from "./polls.js";
import type { Message, PollChosen, PollVoted } from "./schema.gen.js";

export interface OwnVotesPorts {
    /** As the server tells it to who is signed in. */
    message(room: string, seq: number): Promise<Message>;
    /** Null: nobody is signed in any more. */
    me(): string | null;
    /** For one's own copy of the poll. */
    onVote(event: PollVoted): void;
}

/**
 * What one has voted oneself, where the log does not say it: in anonymous polls. It is asked for once in each
 * connection, and from there on the server tells it; to whoever shows the poll it is as if an event did.
 */
export class OwnVotes {
    /** Polls of which it is known as it stands, or asked just now. */
    private readonly asked = new Map<string, Promise<void>>();
    private readonly votes = new Map<string, { seq: number; choices: readonly number[] }>();

    constructor(private readonly ports: OwnVotesPorts) {}

    /** Options, counted from 0, as they are chosen now. Rejects where that cannot be asked. */
    async look(room: string, seq: number): Promise<readonly number[]> {
        const key = keyOf(room, seq);
        let asking = this.asked.get(key);
        if (!asking) {
            asking = this.ask(room, seq);
            this.asked.set(key, asking);
            asking.catch(() => this.asked.get(key) === asking && this.asked.delete(key));
        }
        await asking;
        return this.votes.get(key)?.choices ?? [];
    }

    /** One has voted, here or on another device. */
    heard({ room, target, voted_seq, choices }: PollChosen): void {
        this.tell(room, target, voted_seq, choices);
    }

    /** From here on it may change without a word. */
    disconnected(): void {
        this.asked.clear();
        this.votes.clear();
    }

    /** A vote stands, as `ActsPorts.onSecretVote` says. What it came to with a base the server tells, mostly before it answers. */
    voted(act: PendingAct, event: number): void {
        if (act.do !== "vote") return;
        const key = keyOf(act.room, act.seq);
        if (event > 0 && event <= (this.votes.get(key)?.seq ?? 0)) return;
        if (event > 0 && !act.base) return this.tell(act.room, act.seq, event, [...act.choices]);
        this.asked.delete(key);
        this.look(act.room, act.seq).catch(() => {}); // asked for when it is shown anew
    }

    private async ask(room: string, seq: number): Promise<void> {
        const { poll } = await this.ports.message(room, seq);
        // It says what stood when the poll was last voted in by anybody.
        if (poll) this.tell(room, seq, poll.seq, poll.mine);
    }

    private tell(room: string, target: number, seq: number, choices: number[]): void {
        const me = this.ports.me();
        const key = keyOf(room, target);
        if (seq >= (this.votes.get(key)?.seq ?? 0)) this.votes.set(key, { seq, choices });
        if (me !== null) this.ports.onVote(ownVote(room, target, seq, choices, me));
    }
}

function keyOf(room: string, seq: number): string {
    return `${room}.${seq}`;
}
