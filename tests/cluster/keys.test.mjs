// The key that signs access tokens is followed by another while two servers run: each believes at every moment
// what the other signs, and what was signed before stays good.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { signUp } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
const TURNS_MS = 30_000;

const kidOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
const published = async (server) =>
    expectStatus(await http(server, 'GET', '/.well-known/jwks.json'), 200).keys.map(({ kid }) => kid);
const asks = (server, token) => http(server, 'GET', '/api/v1/me', { token });

test('no token is refused while the key turns, and both servers sign with the new one', { skip: missing }, async (t) => {
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    const args = ['--workers', '2', '--store', mongo.uri(), '--bus', nats.url, '--limit', 'signing_key_s=2'];
    const servers = [await serve(t, { args }), await serve(t, { args })];
    t.after(() => Promise.all([mongo.dispose(), nats.stop()]));
    const ann = await signUp(servers[0]);
    const first = ann.token;
    const turned = new Set();
    const until = Date.now() + TURNS_MS;
    for (let n = 0; turned.size < 2; n = 1 - n) {
        assert.ok(Date.now() < until, 'both sign with another key');
        ann.take({ user: ann.user, ...expectStatus(await http(servers[n], 'POST', '/api/v1/auth/refresh',
            { body: { refresh_token: ann.refreshToken } }), 200) });
        for (const server of servers) {
            expectStatus(await asks(server, ann.token), 200);
            assert.ok((await published(server)).includes(kidOf(ann.token)), 'others can verify it');
        }
        if (kidOf(ann.token) !== kidOf(first))
            turned.add(n);
    }
    for (const server of servers)
        expectStatus(await asks(server, first), 200);
    await servers[1].restart({ hard: true });
    for (const token of [first, ann.token])
        expectStatus(await asks(servers[1], token), 200);
});
