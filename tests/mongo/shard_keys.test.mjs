// What the engine of the tests refuses in the place of a router: no test of the program sees it do so.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serialize } from 'bson';
import { indexTopLevel } from '../support/mongo/fields.mjs';
import { refusal, SHARD_KEYS } from '../support/mongo/shard_keys.mjs';

const refused = (command, collection, statement) => refusal(command, collection, Buffer.from(serialize(statement)), indexTopLevel);

test('a router refuses what does not say where it belongs', () => {
    assert.equal(SHARD_KEYS.get('events'), 'room');
    const u = { $set: { seq: 1 } };
    assert.match(refused('insert', 'events', { seq: 1 }), /without the shard key room/);
    assert.match(refused('update', 'events', { q: { seq: 1 }, u, upsert: true }), /an upsert that does not say room/);
    assert.match(refused('update', 'events', { q: { room: { $gt: 1 } }, u, upsert: true }), /an upsert/, 'a span is no place');
    assert.match(refused('update', 'events', { q: { seq: 1 }, u }), /one row/);
    assert.match(refused('delete', 'events', { q: { seq: 1 }, limit: 1 }), /one row/);
});

test('it takes what says so, and what is for all shards', () => {
    const u = { $set: { seq: 1 } };
    for (const [command, statement] of [['insert', { room: 1 }], ['update', { q: { room: 1 }, u, upsert: true }], ['update', { q: { _id: 1 }, u }],
        ['update', { q: { seq: 1 }, u, multi: true }], ['delete', { q: { seq: 1 }, limit: 0 }], ['delete', { q: { room: 1 }, limit: 1 }]])
        assert.equal(refused(command, 'events', statement), null, JSON.stringify(statement));
    assert.equal(refused('insert', 'what is not sharded', { seq: 1 }), null);
});
