// Who asks, as proxies say it: believed from --trust-proxy and from nobody else.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTcpProxy } from '../support/front.mjs';
import { expectStatus, http } from '../support/http.mjs';
import { freshName, PASSWORD, signIn, signUp } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { run, serve } from '../support/server.mjs';
import { certificateDirectory, makeCertificate, tlsFlags } from '../support/tls.mjs';

const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.6';
const CLIENT = '203.0.113.9';
const byHeaders = await serve({ after }, { args: ['--trust-proxy', `${PROXY},10.0.0.0/8`] });
const byProtocol = await serve({ after }, { args: ['--trust-proxy', PROXY, '--proxy-protocol', 'on'], trust: false });

/** The address of a session that was made by a request with these headers. */
async function addressBy(server, headers, localAddress = PROXY) {
    const { user } = await signUp(server);
    const person = await signIn(server, user.username, PASSWORD, { headers, localAddress });
    const { sessions } = expectStatus(await person.get('/sessions'), 200);
    return sessions.find((one) => one.current).address;
}

test('X-Forwarded-For and Forwarded name the client, up to the first address that is no proxy', async () => {
    const table = [
        [{ 'x-forwarded-for': CLIENT }, CLIENT],
        [{ 'x-forwarded-for': `${CLIENT}:4711` }, CLIENT],
        [{ 'x-forwarded-for': '2001:db8::7' }, '2001:db8::7'],
        [{ 'x-forwarded-for': `1.1.1.1, ${CLIENT}, 10.1.2.3` }, CLIENT],
        [{ forwarded: `for=${CLIENT};proto=http` }, CLIENT],
        [{ forwarded: 'for="[2001:db8::7]:4711"' }, '2001:db8::7'],
        [{ forwarded: `for=1.1.1.1, for=${CLIENT}, for=10.1.2.3` }, CLIENT],
        [{ forwarded: 'for=1.1.1.1', 'x-forwarded-for': CLIENT }, CLIENT],
        [{ 'x-forwarded-for': 'unknown' }, PROXY],
        [{}, PROXY],
    ];
    for (const [headers, address] of table)
        assert.equal(await addressBy(byHeaders, headers), address, JSON.stringify(headers));
});

test('from elsewhere they are air', async () => {
    for (const headers of [{ 'x-forwarded-for': CLIENT }, { forwarded: `for=${CLIENT}` }])
        assert.equal(await addressBy(byHeaders, headers, STRANGER), STRANGER);
});

test('a proxy\'s word on https makes the origin https and the cookie Secure; a stranger\'s does not', async () => {
    const ask = (localAddress, headers) => http(byHeaders, 'POST', '/api/v1/auth/signup', {
        localAddress, headers: { host: 'chat.example.org', ...headers },
        body: { username: freshName(), password: PASSWORD, cookie: true } });
    const said = [{ 'x-forwarded-for': CLIENT, 'x-forwarded-proto': 'https' }, { forwarded: `for=${CLIENT};proto=https` }];
    for (const headers of said) {
        const believed = await ask(PROXY, headers);
        expectStatus(believed, 201);
        const [cookie] = believed.headers['set-cookie'];
        assert.match(cookie, /; Secure/);
        const refresh = (origin, localAddress) => http(byHeaders, 'POST', '/api/v1/auth/refresh', { localAddress, body: {},
            headers: { host: 'chat.example.org', origin, cookie: cookie.split(';')[0], ...headers } });
        expectStatus(await refresh('http://chat.example.org', PROXY), 403);
        expectStatus(await refresh('https://chat.example.org', STRANGER), 403);
        expectStatus(await refresh('https://chat.example.org', PROXY), 200);
        assert.doesNotMatch((await ask(STRANGER, headers)).headers['set-cookie'][0], /Secure/);
    }
});

test('rates are the client\'s own, not those of all behind the proxy', async (t) => {
    const server = await serve(t, { trust: false,
        args: ['--trust-proxy', PROXY, '--workers', '1', '--limit', 'request_burst=3', '--limit', 'request_per_second=1'] });
    const ask = (client) => http(server, 'GET', '/api/v1/nothing/at/all', { headers: { 'x-forwarded-for': client } })
        .then(() => http(server, 'GET', '/api/v1/me', { headers: { 'x-forwarded-for': client } }));
    const statuses = [];
    for (let n = 0; n < 6; n++)
        statuses.push((await ask(CLIENT)).status);
    assert.ok(statuses.includes(429), statuses.join());
    assert.equal((await ask('203.0.113.10')).status, 401);
});

/** A socket's opening handshake, as a proxy hands it on for this client. */
async function upgradeFor(t, server, client) {
    const wire = await Raw.connect(server);
    t.after(() => wire.destroy());
    wire.write(`GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${client}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
        + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');
    return { wire, status: (await wire.response()).status };
}

test('places are the client\'s own: one who has all of his leaves those of others alone', async (t) => {
    const server = await serve(t, { trust: false,
        args: ['--trust-proxy', PROXY, '--workers', '1', '--limit', 'connections_per_address=2'] });
    const upgrade = (client) => upgradeFor(t, server, client);
    const mine = [await upgrade(CLIENT), await upgrade(CLIENT), await upgrade(CLIENT)];
    assert.deepEqual(mine.map((one) => one.status), [101, 101, 503]);
    assert.equal((await upgrade('203.0.113.10')).status, 101);
    mine[0].wire.destroy();
    await mine[2].wire.end();
    let again;
    do
        again = await upgrade(CLIENT);
    while (again.status === 503);
    assert.equal(again.status, 101);
});

test('a /64 of IPv6 is one client, and the next /64 another: requests, sign-ups, sign-ins, guesses and places', async (t) => {
    const once = ['request_burst=4', 'request_per_second=1', 'signup_burst=1', 'signup_per_hour=1', 'signin_burst=3', 'signin_per_minute=1',
        'signin_failure_burst=1', 'signin_failures_per_hour=1', 'connections_per_address=1'];
    const server = await serve(t, { trust: false,
        args: ['--trust-proxy', PROXY, '--workers', '1', ...once.flatMap((limit) => ['--limit', limit])] });
    const ask = (client, method, path, body) => http(server, method, path, { headers: { 'x-forwarded-for': client }, body }).then(({ status }) => status);
    const signup = (client) => ask(client, 'POST', '/api/v1/auth/signup', { username: freshName(), password: PASSWORD });
    const signin = (client, login) => ask(client, 'POST', '/api/v1/auth/signin', { login, password: 'wrong words' });
    const login = freshName();
    assert.equal(await signup('2001:db8:1::1'), 201);
    assert.equal(await signup('2001:db8:1::ffff:ffff:ffff:ffff'), 429);
    assert.equal(await signup('2001:db8:1:1::1'), 201);
    const guesses = await Promise.all(['2001:db8:2::1', '2001:db8:2::2'].map((client) => signin(client, login)));
    assert.deepEqual(guesses.sort(), [401, 429], 'two guesses of the same name at once');
    assert.equal(await signin('2001:db8:2::3', freshName()), 401, 'another name may be tried');
    assert.equal(await signin('2001:db8:2:1::1', login), 401);
    for (const at of [1, 2, 3])
        assert.equal(await signin(`2001:db8:3::${at}`, freshName()), 401);
    assert.equal(await signin('2001:db8:3::4', freshName()), 429);
    assert.equal(await signin('2001:db8:3:1::4', freshName()), 401);
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, at) => // at once, since one more is let through each second
        ask(`2001:db8:4::${at + 1}`, 'GET', '/api/v1/openapi.json')));
    assert.ok(statuses.includes(429), statuses.join());
    assert.equal(await ask('2001:db8:4:1::1', 'GET', '/api/v1/openapi.json'), 200);
    assert.equal((await upgradeFor(t, server, '2001:db8:5::1')).status, 101);
    assert.equal((await upgradeFor(t, server, '2001:db8:5::2')).status, 503);
    assert.equal((await upgradeFor(t, server, '2001:db8:5:1::1')).status, 101);
});

test('/metrics is not for clients behind a proxy on the same machine', async () => {
    expectStatus(await http(byHeaders, 'GET', '/metrics', { headers: { 'x-forwarded-for': CLIENT } }), 404);
    expectStatus(await http(byHeaders, 'GET', '/metrics'), 200);
});

const ASK = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
const V2 = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const V4 = Buffer.from('cb007109c000020112670050', 'hex');
const binary = (command, family, rest) => Buffer.concat([V2, Buffer.from([command, family, rest.length >> 8, rest.length & 255]), rest]);

async function said(bytes, options = {}) {
    const wire = await Raw.connect(byProtocol, options);
    wire.write(bytes);
    const status = await wire.response().then((answer) => answer.status, () => 'closed');
    wire.destroy();
    return status;
}

test('a good PROXY header is taken off, in one piece or byte by byte', async (t) => {
    const good = ['PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n', 'PROXY TCP6 2001:db8::1 ::1 4711 80\r\n', 'PROXY UNKNOWN\r\n',
        binary(0x21, 0x11, V4), binary(0x20, 0, Buffer.alloc(0)), binary(0x21, 0x11, Buffer.concat([V4, Buffer.from([4, 0, 2, 0, 0])]))];
    for (const header of good) {
        const bytes = Buffer.concat([Buffer.from(header), Buffer.from(ASK)]);
        assert.equal(await said(bytes), 200, bytes.toString('latin1'));
        const slow = await Raw.connect(byProtocol);
        t.after(() => slow.destroy());
        await slow.dribble(bytes);
        assert.equal((await slow.response()).status, 200);
    }
});

test('without a good one a proxy\'s connection is closed', async () => {
    const bad = [ASK, 'PROXY\r\n', 'PROXY TCP4 203.0.113.9\r\n', `PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n${ASK}`, `PROXY ${'x'.repeat(200)}`,
        binary(0x31, 0x11, V4), binary(0x21, 0x11, V4.subarray(1)), binary(0x21, 0x11, Buffer.alloc(4000)),
        Buffer.concat([binary(0x21, 0x11, V4).subarray(0, 12), Buffer.from(ASK)])];
    for (const bytes of bad)
        assert.equal(await said(bytes), 'closed', bytes.toString('latin1'));
});

test('from elsewhere a PROXY header is no HTTP, and none is needed', async () => {
    assert.equal(await said(ASK, { localAddress: STRANGER }), 200);
    assert.equal(await said(`PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n${ASK}`, { localAddress: STRANGER }), 400);
    assert.equal(await said(Buffer.concat([binary(0x21, 0x11, V4), Buffer.from(ASK)]), { localAddress: STRANGER }), 400);
});

test('a header that does not come is not waited for', async (t) => {
    const server = await serve(t, { args: ['--trust-proxy', PROXY, '--proxy-protocol', 'on', '--limit', 'http_head_s=1'] });
    for (const bytes of ['', 'PROXY TCP4 203', V2]) {
        const wire = await Raw.connect(server);
        t.after(() => wire.destroy());
        wire.write(bytes);
        await wire.end();
    }
});

for (const version of [1, 2]) {
    test(`HAProxy says who comes, by version ${version}; sockets too`, async (t) => {
        const front = await startTcpProxy(t, byProtocol, { version });
        assert.equal(await addressBy(front, {}, '127.0.0.7'), '127.0.0.7');
        assert.equal(await addressBy(front, { 'x-forwarded-for': CLIENT }, '127.0.0.7'), '127.0.0.7');
        const ann = await signUp(front);
        const socket = await ann.connect();
        assert.equal((await socket.call('ping')).ok ?? true, true);
        socket.wire.terminate();
    });
}

test('TLS that ends in HAProxy counts as https; TLS that passes through it is the server\'s own', async (t) => {
    const ended = await startTcpProxy(t, byProtocol, { tls: true });
    const ask = (where) => http(where, 'POST', '/api/v1/auth/signup',
        { body: { username: freshName(), password: PASSWORD, cookie: true } });
    assert.match((await ask(ended.secure)).headers['set-cookie'][0], /; Secure/);
    assert.doesNotMatch((await ask(ended)).headers['set-cookie'][0], /Secure/);

    const made = await makeCertificate(await certificateDirectory(t), 'own');
    const server = await serve(t, { args: ['--trust-proxy', PROXY, '--proxy-protocol', 'on', ...tlsFlags(made)], ca: made.pem });
    const through = await startTcpProxy(t, server);
    const door = { url: `https://127.0.0.1:${through.port}`, ca: made.pem };
    expectStatus(await http(door, 'GET', '/healthz'), 200);
    assert.equal(await addressBy(door, {}, '127.0.0.7'), '127.0.0.7');
});

test('--proxy-protocol without --trust-proxy does not start', async () => {
    const { code, stderr } = await run(['serve', '--proxy-protocol', 'on']);
    assert.notEqual(code, 0);
    assert.match(stderr, /--trust-proxy/);
});
