/** Time and chance, handed in so that tests can hold both still. */
export interface Clock {
    /** Milliseconds since 1970. */
    now(): number;
    /** Runs `work` once after `ms`; the function returned cancels it. */
    after(ms: number, work: () => void): () => void;
    /** At least 0, less than 1. */
    random(): number;
}

export const systemClock: Clock = {
    now: () => Date.now(),
    after: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
    },
    random: () => Math.random(),
};
