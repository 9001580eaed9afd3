// Power loss: a SQLite that forgets what was not synced (support/amnesia_vfs.c). With the
// settings of the program nothing acknowledged may be lost; with weaker ones this very test
// must notice, or it would prove nothing.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { announceSeed } from '../support/seed.mjs';
import { BIN, serve } from '../support/server.mjs';
import { Loss } from './ledger.mjs';
import { crashRounds } from './load.mjs';

const LIBRARY = process.env.NATTERNET_AMNESIA ?? join(dirname(BIN), 'tests/libamnesia.so');
const ROUNDS = Number(process.env.NATTERNET_TEST_CRASHES ?? 24);
const chance = announceSeed('amnesia');

async function forgetful(t, env = {}) {
    assert.ok(existsSync(LIBRARY), `${LIBRARY} is missing: ninja -C ${dirname(BIN)} tests/libamnesia.so`);
    const server = await serve(t, { args: ['--workers', '3'], env: { LD_PRELOAD: LIBRARY, ...env } });
    assert.match(server.log, /"amnesia":"installed"/);
    return server;
}

test(`nothing acknowledged is lost in ${ROUNDS} power cuts`, async (t) => {
    const server = await forgetful(t);
    const ledger = await crashRounds(server, chance, ROUNDS, (line) => t.diagnostic(line));
    assert.deepEqual(ledger.pending(), []);
    t.diagnostic(`${ledger.sent.size} messages sent, each there once`);
});

for (const synchronous of ['OFF', 'NORMAL'])
    test(`with synchronous=${synchronous} the loss is noticed`, async (t) => {
        const server = await forgetful(t, { AMNESIA_SYNCHRONOUS: synchronous });
        await assert.rejects(crashRounds(server, chance, 5), (error) => {
            t.diagnostic(error.message);
            assert.ok(error instanceof Loss, error.stack);
            return true;
        });
    });
