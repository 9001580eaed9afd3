// kill -9 under load: the page cache survives, the program does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announceSeed } from '../support/seed.mjs';
import { serve } from '../support/server.mjs';
import { crashRounds } from './load.mjs';

const ROUNDS = Number(process.env.NATTERNET_TEST_CRASHES ?? 24);

test(`nothing acknowledged or seen is lost in ${ROUNDS} crashes under load`, async (t) => {
    const chance = announceSeed('kill -9');
    const server = await serve(t, { args: ['--workers', '3'] });
    const ledger = await crashRounds(server, chance, ROUNDS, (line) => t.diagnostic(line));
    assert.deepEqual(ledger.pending(), []);
    t.diagnostic(`${ledger.sent.size} messages sent, each there once`);
});
