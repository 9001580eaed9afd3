import type { PendingAct } from "./acts.js";
import { NatterError } from "./errors.js";
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

type Vote = PendingAct & { do: "vote" };

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

    /** A vote stands, as `ActsPorts.onSecretVote` says. */
    voted(act: PendingAct, event: number): void {
        if (act.do !== "vote") return;
        if (event > 0) return this.tell(act.room, act.seq, event, [...act.choices]);
        this.asked.delete(keyOf(act.room, act.seq));
        this.look(act.room, act.seq).catch(() => {}); // asked for when it is shown anew
    }

    /**
     * What is to be sent of a vote that had to wait: what it changes, in what stands by now, so that what another
     * device did meanwhile is not undone unseen. Rejects where it cannot be asked.
     */
    async caughtUp(act: Vote): Promise<Vote> {
        if (!act.base || !(act.waited || act.tried)) return act;
        const { content, poll } = await this.ports.message(act.room, act.seq);
        if (content.type !== "poll") throw new NatterError("message.deleted", "The poll was deleted.");
        return { ...act, choices: merged(poll?.mine ?? [], act.base, act.choices, content.multiple === true) };
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

/** `mine`, with what leads from `base` to `wanted`. Of one choice another one takes the place. */
function merged(mine: readonly number[], base: readonly number[], wanted: readonly number[], multiple: boolean): number[] {
    if (!multiple && wanted.length > 0) return [...wanted];
    const stay = mine.filter((option) => wanted.includes(option) || !base.includes(option));
    const come = wanted.filter((option) => !base.includes(option) && !stay.includes(option));
    return [...stay, ...come].sort((a, b) => a - b);
}
