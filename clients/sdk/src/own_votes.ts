import type { PendingAct } from "./acts.js";
import { ownVote } from "./polls.js";
import type { Message, PollVoted } from "./schema.gen.js";

export interface OwnVotesPorts {
    /** As the server tells it to who is signed in. */
    message(room: string, seq: number): Promise<Message>;
    /** Null: nobody is signed in any more. */
    me(): string | null;
    /** For one's own copy of the poll. */
    onVote(event: PollVoted): void;
}

/** What one has voted oneself in anonymous polls, which no event of the log tells: each is told as if one did. */
export class OwnVotes {
    constructor(private readonly ports: OwnVotesPorts) {}

    /** Asks the server. */
    async look(room: string, seq: number): Promise<void> {
        const { poll } = await this.ports.message(room, seq);
        if (poll) this.tell(room, seq, poll.mine_seq ?? 0, poll.mine);
    }

    /** A vote stands, as `ActsPorts.onSecretVote` says. */
    voted(act: PendingAct, event: number): void {
        if (act.do !== "vote") return;
        if (event > 0) this.tell(act.room, act.seq, event, [...act.choices]);
        else this.look(act.room, act.seq).catch(() => {}); // asked for when it is shown anew
    }

    private tell(room: string, target: number, seq: number, choices: number[]): void {
        const me = this.ports.me();
        if (me !== null) this.ports.onVote(ownVote(room, target, seq, choices, me));
    }
}
