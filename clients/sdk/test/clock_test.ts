import assert from "node:assert/strict";
import { test } from "node:test";
import { atTime } from "../src/clock.js";
import { ManualClock } from "./support/manual_clock.js";

const DAY_MS = 86_400_000;

/** As a timer of a browser: what is longer than it counts is over at once. */
class ShortClock extends ManualClock {
    override after(ms: number, work: () => void): () => void {
        assert.ok(ms >= 0 && ms < 2 ** 31, `${ms}`);
        return super.after(ms, work);
    }
}

test("what is to be done in months is done then, once", async () => {
    const clock = new ShortClock();
    const done: number[] = [];
    const at = clock.now() + 100 * DAY_MS + 1;
    atTime(clock, at, () => done.push(clock.now()));
    await clock.advance(100 * DAY_MS);
    assert.deepEqual(done, []);
    await clock.advance(100 * DAY_MS);
    assert.deepEqual(done, [at]);
});

test("what is called off is not done, also where a part of the wait is over", async () => {
    const clock = new ShortClock();
    const cancel = atTime(clock, clock.now() + 3 * DAY_MS, () => assert.fail("called off"));
    await clock.advance(2 * DAY_MS);
    cancel();
    await clock.advance(2 * DAY_MS);
});

test("what is over, and what is no time, is done at once, but not before one has what calls it off", async () => {
    const clock = new ShortClock();
    const done: string[] = [];
    atTime(clock, clock.now() - 1, () => done.push("past"));
    atTime(clock, NaN, () => done.push("none"));
    assert.deepEqual(done, []);
    await clock.advance(0);
    assert.deepEqual(done, ["past", "none"]);
});
