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
/** Both publish a key so long before either signs with it: of the three seconds that the servers leave each other, on a busy machine too. */
const LEAD_MS = 600;

const kidOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
const published = async (server) =>
    expectStatus(await http(server, 'GET', '/.well-known/jwks.json'), 200).keys.map(({ kid }) => kid);
const asks = (server, token) => http(server, 'GET', '/api/v1/me', { token });

/** Since when each key was seen on all servers. */
class Publication {
    constructor(servers) {
        this.servers = servers;
        this.since = new Map();
    }

    async look() {
        const [first, ...others] = await Promise.all(this.servers.map(published));
        for (const kid of first.filter((one) => others.every((kids) => kids.includes(one))))
            if (!this.since.has(kid)) this.since.set(kid, Date.now());
    }
}

test('no token is refused while the key turns, and both servers sign with the new one', { skip: missing }, async (t) => {
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    const args = ['--workers', '2', '--store', mongo.uri(), '--bus', nats.url, '--limit', 'signing_key_s=2'];
    const servers = [];
    t.after(async () => {
        await Promise.all(servers.map((server) => server.dispose()));
        await Promise.all([mongo.dispose(), nats.stop()]);
    });
    for (let n = 0; n < 2; n++)
        servers.push(await serve({ after() {} }, { args }));
    const ann = await signUp(servers[0]);
    const first = ann.token, turned = new Set(), publication = new Publication(servers);
    const until = Date.now() + TURNS_MS;
    for (let n = 0; turned.size < 2; n = 1 - n) {
        assert.ok(Date.now() < until, 'both sign with another key');
        await publication.look();
        const asked = Date.now();
        ann.take({ user: ann.user, ...expectStatus(await http(servers[n], 'POST', '/api/v1/auth/refresh',
            { body: { refresh_token: ann.refreshToken } }), 200) });
        const kid = kidOf(ann.token);
        for (const server of servers)
            for (const token of [first, ann.token])
                expectStatus(await asks(server, token), 200);
        if (kid === kidOf(first))
            continue;
        assert.ok(publication.since.has(kid), 'signed with a key that not all know');
        const lead = asked - publication.since.get(kid);
        assert.ok(lead >= LEAD_MS, `all have known it for ${lead} ms when it signs`);
        turned.add(n);
    }
    for (const server of servers)
        assert.ok((await published(server)).includes(kidOf(first)), 'others can still verify what the old one signed');
    await servers[1].restart({ hard: true });
    for (const token of [first, ann.token])
        expectStatus(await asks(servers[1], token), 200);
});
