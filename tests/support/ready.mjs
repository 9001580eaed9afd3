// Whether a server says that store and bus answer.

import assert from 'node:assert/strict';
import { http } from './http.mjs';
import { SLOW } from './server.mjs';

const LOOK_MS = 50;

/** Resolves once /readyz answers with this status; rejects, and tells what it said last, if it does not in so long. */
export async function untilReadyz(server, status, ms = 30_000) {
    for (const end = Date.now() + ms * SLOW; ;) {
        const answer = await http(server, 'GET', '/readyz').catch((error) => ({ status: error.code ?? error.message }));
        if (answer.status === status)
            return;
        if (Date.now() > end)
            assert.fail(`/readyz did not say ${status} within ${ms * SLOW / 1000} s, but ${answer.status} ${answer.bytes ?? ''}`);
        await new Promise((done) => { setTimeout(done, LOOK_MS); });
    }
}
