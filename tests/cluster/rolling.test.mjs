// An update rolls through three servers under load: each in turn is told to stop, ends its people's connections, and comes
// back. Nothing is lost, nothing is there twice, and nobody waits long.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledgedMore, begin, gather } from '../support/crowd.mjs';
import { missing as noMongo } from '../support/mongo/mongo.mjs';
import { missing as noNats } from '../support/nats.mjs';
import { announceSeed } from '../support/seed.mjs';
import { untilReadyz } from '../support/ready.mjs';

const missing = noMongo || noNats;
const SIZE = { people: 12, rooms: 4, roomsEach: 4, restMs: 100, args: ['--limit', 'drain_s=2'] };
const LONGEST_MS = 5000;

test('while an update rolls through the servers no send takes long, and none is lost or repeated', { skip: missing }, async (t) => {
    const state = await begin(t, announceSeed('rolling update'), SIZE);
    const { meanwhile, end } = gather(state);
    for (const server of state.servers) {
        await Promise.race([acknowledgedMore(state, 20), meanwhile]);
        await Promise.race([server.restart(), meanwhile]);
        await untilReadyz(server, 200);
    }
    await Promise.race([acknowledgedMore(state, 30), meanwhile]);
    await end();
    t.diagnostic(JSON.stringify(state.counts));
    assert.ok(state.counts.lost >= SIZE.people, 'everybody had to go to another server');
    assert.ok(state.counts.longestMs < LONGEST_MS, `the longest send took ${state.counts.longestMs} ms`);
});
