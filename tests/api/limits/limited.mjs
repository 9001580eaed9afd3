// A server with small limits, and how it is told that one was run into.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, http } from '../../support/http.mjs';
import { OP, Raw } from '../../support/raw.mjs';
import { serve, SLOW, within } from '../../support/server.mjs';

export const flags = (limits) => Object.entries(limits).flatMap(([name, value]) => ['--limit', `${name}=${value}`]);

/** A server with these limits, for people who are not trusted unless it says so. */
export const withLimits = (t, limits, options = {}) =>
    serve(t, { trust: false, ...options, args: ['--workers', '1', ...flags(limits), ...options.args ?? []] });

export function expectWait(answer, status = 429, code = 'rate.limited') {
    expectProblem(answer, status, code);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
}

/** Asks until it is refused, which must come within `most` times. */
export async function untilRefused(ask, most = 20) {
    for (let n = 0; n < most; n++) {
        const answer = await ask(n);
        if (answer.status >= 400)
            return answer;
    }
    assert.fail(`it was not refused within ${most} times`);
}

export const post = (server, path, body) => http(server, 'POST', `/api/v1${path}`, { body });

/** A raw socket of somebody who is signed in. */
export async function rawSocket(t, person) {
    const raw = await Raw.connect(person.server);
    t.after(() => raw.destroy());
    await raw.upgrade([`Authorization: Bearer ${person.token}`]);
    await raw.frameOf(OP.TEXT);
    return raw;
}

export async function untilError(ask, most = 20) {
    for (let n = 0; n < most; n++) {
        const { error } = await ask();
        if (error)
            return error;
    }
    assert.fail(`it was not refused within ${most} times`);
}

export async function waitUntil(ready, what = 'that it happens') {
    await within(20_000 * SLOW, what, (async () => {
        while (!await ready().catch(() => false))
            await sleep(20);
    })());
}
