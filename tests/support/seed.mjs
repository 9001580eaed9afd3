// One printed seed for everything that a test draws by chance, so that a failing run can be
// repeated: NATTERNET_TEST_SEED=12345 npm test

import { randomInt } from 'node:crypto';

export const seed = Number(process.env.NATTERNET_TEST_SEED ?? randomInt(1, 2 ** 31));

/**
 * A small generator (mulberry32): not for secrets, only for repeatable chance.
 * @param {number} start
 */
export function generator(start = seed) {
    let state = start >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    return {
        /** A float in [0, 1). */
        next,
        /** An integer in [low, high]. */
        between: (low, high) => low + Math.floor(next() * (high - low + 1)),
        /** One of the list. */
        pick: (list) => list[Math.floor(next() * list.length)],
        /** True in `share` of the cases. */
        chance: (share) => next() < share,
    };
}

/** Call once at the head of a test that draws by chance. */
export function announceSeed(what) {
    console.log(`${what}: seed ${seed} (NATTERNET_TEST_SEED=${seed} repeats it)`);
    return generator(seed);
}
