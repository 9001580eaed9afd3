/** Time and chance, handed in so that tests can hold both still. */
export interface Clock {
    /** Milliseconds since 1970. */
    now(): number;
    /** Runs `work` once after `ms`; the function returned cancels it. */
    after(ms: number, work: () => void): () => void;
    /** At least 0, less than 1. */
    random(): number;
}

/** The machine's own. */
export const systemClock: Clock = {
    now: () => Date.now(),
    after: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
    },
    random: () => Math.random(),
};

/** Longer waits than a timer can count are made of several. */
const WAIT_MS = 86_400_000;

/** Runs `work` once, never before it has returned, when the clock has come to `at`; the function returned cancels it. */
export function atTime(clock: Clock, at: number, work: () => void): () => void {
    let cancel: () => void;
    const wait = (): void => {
        const left = at - clock.now();
        cancel = left > 0 ? clock.after(Math.min(left, WAIT_MS), look) : clock.after(0, work);
    };
    const look = (): void => (at > clock.now() ? wait() : work());
    wait();
    return () => cancel();
}
