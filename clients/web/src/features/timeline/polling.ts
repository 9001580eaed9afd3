import { useEffect } from "react";
import { errorText } from "../../i18n/mod.js";
import type { AppState } from "../../state/app_state.js";
import { codeOf } from "../../state/error_code.js";
import { isPollClosed } from "../../state/polls.js";
import { Store } from "../../state/store.js";
import { useIsAhead } from "../../state/time_left.js";
import type { PollState } from "../../state/types.js";
import { useApp, useStore } from "../../state/use.js";
import { toast } from "../../ui/toast.js";

/** The poll of which it is asked who voted. */
export const shownVoters = new Store<{ room: string; seq: number } | null>(null);

/** Whether a poll is closed, also by the time that comes while one looks at it. */
export function useIsClosed(poll: PollState): boolean {
    const { client } = useApp();
    const end = poll.content.closes_at === undefined ? Infinity : Date.parse(poll.content.closes_at);
    useIsAhead(client, end);
    return isPollClosed(poll, client.now());
}

/** Asks what one has voted in an anonymous poll, as no event tells it: when it is shown, and after each connect. */
export function useOwnVote(room: string, seq: number | null, poll: PollState): void {
    const app = useApp();
    const online = useStore(app.connection) === "online";
    const asks = poll.content.anonymous === true && online;
    useEffect(() => {
        if (asks && seq !== null) void app.lookAtVote(room, seq);
    }, [app, room, seq, asks]);
}

export function vote(app: AppState, room: string, seq: number, poll: PollState, option: number): void {
    app.vote(room, seq, poll, option).catch((error: unknown) => toast(errorText(codeOf(error))));
}
