// HTTP/1.1: connections, bodies, the page's files, and problems in one form.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { freshName, freshNonce, PASSWORD, signUp, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const ann = await signUp(server);
const get = (path, headers = {}) => http(server, 'GET', path, { headers });

async function raw(t) {
    const wire = await Raw.connect(server);
    t.after(() => wire.destroy());
    return wire;
}

test('one connection serves many requests', async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    for (let n = 0; n < 20; n++)
        expectStatus(await ann.get('/me', { agent }), 200);
    assert.equal(Object.values(agent.freeSockets).flat().length, 1);
});

test('requests sent ahead are answered in order', async (t) => {
    const wire = await raw(t);
    const paths = ['/healthz', '/api/v1/nowhere', '/healthz', '/api/v1/me', '/healthz'];
    wire.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    const statuses = [];
    for (const _ of paths)
        statuses.push((await wire.response()).status);
    assert.deepEqual(statuses, [200, 404, 200, 401, 200]);
});

test('Connection: close is obeyed, HTTP/1.0 closes by itself', async (t) => {
    for (const head of ['GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'GET /healthz HTTP/1.0\r\n\r\n']) {
        const wire = await raw(t);
        wire.write(head);
        assert.equal((await wire.response()).status, 200);
        await wire.end();
    }
});

test('a body may come in chunks, byte by byte', async (t) => {
    const room = await ann.createGroup('chunks');
    const body = JSON.stringify({ nonce: freshNonce(), content: text('in pieces') });
    const chunks = [...body].map((one) => `1\r\n${one}\r\n`).join('') + '0\r\nTrailer: x\r\n\r\n';
    const wire = await raw(t);
    const head = `POST /api/v1/rooms/${room.id}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ann.token}\r\n`
        + 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    await wire.dribble(Buffer.from(head + chunks), 3);
    const answer = await wire.response();
    assert.equal(answer.status, 201, answer.body);
    wire.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal((await wire.response()).status, 200, 'and the connection goes on');
});

test('requests that could be read in two ways are refused', async (t) => {
    const bad = [
        'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x',
        'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
        'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}',
        'GET /healthz HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n',
        'GET /healthz HTTP/1.1\nHost: x\n\n',
        'BREW /healthz HTTP/9.9\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    ];
    for (const bytes of bad) {
        const wire = await raw(t);
        wire.write(bytes);
        const status = await wire.response().then((answer) => answer.status, () => 'closed');
        assert.ok(status === 'closed' || (status >= 400 && status < 600), `${JSON.stringify(bytes)}: ${status}`);
        await wire.end();
    }
    expectStatus(await get('/healthz'), 200);
});

test('the page has an ETag, answers 304, HEAD, and compressed variants', async () => {
    const page = await get('/');
    expectStatus(page, 200);
    assert.match(page.headers['content-type'], /^text\/html/);
    const { etag } = page.headers;
    assert.match(etag, /^(W\/)?".+"$/);
    for (const condition of [etag, `"other", ${etag}`, '*']) {
        const again = await get('/', { 'if-none-match': condition });
        expectStatus(again, 304);
        assert.equal(again.bytes.length, 0);
        assert.equal(again.headers.etag, etag);
    }
    expectStatus(await get('/', { 'if-none-match': '"other"' }), 200);
    const head = await http(server, 'HEAD', '/');
    expectStatus(head, 200);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers['content-length'], String(page.bytes.length));

    const script = /src="(\/[^"]+\.js)"/.exec(page.bytes.toString())[1];
    const plain = await get(script, { 'accept-encoding': 'identity' });
    assert.match(plain.headers['content-type'], /javascript/);
    assert.match(plain.headers['cache-control'], /immutable/);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [coding, decode] of Object.entries(unpack)) {
        const packed = await get(script, { 'accept-encoding': coding });
        assert.equal(packed.headers['content-encoding'], coding);
        assert.match(packed.headers.vary, /accept-encoding/i);
        assert.ok(packed.bytes.length < plain.bytes.length);
        assert.ok(decode(packed.bytes).equals(plain.bytes));
    }
    const none = await get(script, { 'accept-encoding': 'br;q=0, gzip;q=0' });
    assert.ok(!none.headers['content-encoding']);
});

test('the page is locked down', async () => {
    const { headers } = await get('/');
    const csp = headers['content-security-policy'];
    assert.match(csp, /default-src 'none'|default-src 'self'/);
    assert.ok(!/unsafe-inline|unsafe-eval|\*/.test(csp), csp);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['referrer-policy'], /no-referrer|same-origin/);
});

test('paths cannot leave the page\'s folder', async (t) => {
    for (const path of ['/../meson.build', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/assets/../../meson.build',
        '//etc/passwd', '/assets/%00', '/\\..\\x', '/.git/config']) {
        const wire = await raw(t);
        wire.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        const answer = await wire.response();
        assert.ok([400, 404].includes(answer.status) || /^text\/html/.test(answer.headers['content-type']), `${path}: ${answer.status}`);
        assert.ok(!/root:|project\(/.test(answer.body), path);
    }
});

test('every refusal is a problem document', async () => {
    const cases = [
        [await get('/api/v1/nowhere'), 404, 'route.not_found'],
        [await get('/api/v1/me'), 401, 'auth.required'],
        [await http(server, 'PUT', '/api/v1/me', { token: ann.token, body: {} }), 405, 'method.not_allowed'],
        [await ann.post('/rooms', undefined, { raw: '{"kind":' }), 400, 'json.malformed'],
        [await ann.post('/rooms', undefined, { raw: 'kind=group', headers: { 'content-type': 'text/plain' } }),
            415, 'media_type.unsupported'],
        [await ann.post('/rooms', { pad: 'x'.repeat(70000) }), 413, 'request.too_large'],
        [await ann.get(`/users?search=${'x'.repeat(9000)}`), 414, 'uri.too_long'],
        [await ann.get('/me', { headers: { 'x-pad': 'x'.repeat(17000) } }), 431, 'headers.too_large'],
    ];
    for (const [answer, status, code] of cases)
        expectProblem(answer, status, code);
    assert.match(cases[2][0].headers.allow, /GET/);
    assert.match(cases[1][0].headers['www-authenticate'], /^Bearer/i);
});

test('JSON bodies of the wrong shape are refused, with or without a charset fine', async () => {
    for (const raw of ['[]', '"x"', '5', 'null', 'true'])
        assert.ok([400, 422].includes((await ann.post('/rooms', undefined, { raw })).status), raw);
    expectStatus(await ann.post('/rooms', undefined, { raw: '' }).then((answer) => answer), 400, 422);
    expectStatus(await ann.post('/rooms', { kind: 'group', name: 'x', members: [] },
        { headers: { 'content-type': 'application/json; charset=utf-8' } }), 201);
    const notUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    expectProblem(await ann.post('/rooms', undefined, { raw: notUtf8 }), 400, 'json.malformed');
});

test('other origins may call only where the operator allowed it', async (t) => {
    const shared = await serve(t, { args: ['--allow-origin', 'https://chat.example.org'] });
    const preflight = (origin) => http(shared, 'OPTIONS', '/api/v1/me', { headers: { origin,
        'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' } });
    const allowed = await preflight('https://chat.example.org');
    assert.ok([200, 204].includes(allowed.status));
    assert.equal(allowed.headers['access-control-allow-origin'], 'https://chat.example.org');
    assert.match(allowed.headers['access-control-allow-headers'], /authorization/i);
    assert.match(allowed.headers.vary, /origin/i);
    const refused = await preflight('https://evil.example');
    assert.ok(!refused.headers['access-control-allow-origin']);
    const bob = await signUp(shared);
    const cross = await bob.get('/me', { headers: { origin: 'https://chat.example.org' } });
    assert.equal(cross.headers['access-control-allow-origin'], 'https://chat.example.org');
    assert.match(cross.headers['access-control-expose-headers'], /retry-after/i);
    const foreign = await bob.get('/me', { headers: { origin: 'https://evil.example' } });
    assert.ok(!foreign.headers['access-control-allow-origin']);
    const own = await bob.get('/me', { headers: { origin: shared.url } });
    expectStatus(own, 200);
});

test('slow senders are given up, and hurt nobody', async (t) => {
    const brisk = await serve(t, { args: ['--limit', 'http_head_s=1', '--limit', 'http_body_s=1', '--limit', 'http_idle_s=1'] });
    const body = 'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{';
    const cases = ['GET /healthz HTTP/1.1\r\nHo', body, ''];
    await Promise.all(cases.map(async (bytes) => {
        const wire = await Raw.connect(brisk);
        t.after(() => wire.destroy());
        wire.write(bytes);
        await wire.end();
    }));
    expectStatus(await http(brisk, 'GET', '/healthz'), 200);
});

test('the documents describe what is there', async () => {
    const openapi = expectStatus(await get('/api/v1/openapi.json'), 200);
    assert.match(openapi.openapi, /^3\./);
    const asyncapi = expectStatus(await get('/api/v1/asyncapi.json'), 200);
    assert.match(asyncapi.asyncapi, /^3\./);
    const routes = ['/auth/signup', '/auth/signin', '/auth/refresh', '/auth/signout', '/auth/password', '/me', '/users',
        '/rooms', '/sessions', '/invites', '/openapi.json', '/asyncapi.json'];
    const paths = Object.keys(openapi.paths).join('\n');
    for (const route of routes)
        assert.ok(paths.includes(route), `${route} is not described`);
});

test('a body that does not say what it is is taken as JSON, but from no page', async () => {
    const signin = (raw, headers) => http(server, 'POST', '/api/v1/auth/signin', { raw, type: null, headers });
    expectProblem(await signin('{"login":'), 400, 'json.malformed');
    expectStatus(await signin(JSON.stringify({ login: ann.user.username, password: PASSWORD })), 200);
    expectProblem(await signin('{}', { origin: 'https://elsewhere.example' }), 415, 'media_type.unsupported');
});

test('numbers in a query may be percent-encoded', async () => {
    expectStatus(await ann.get('/users?search=x&limit=%31%30'), 200);
    expectProblem(await ann.get('/users?search=x&limit=%'), 422, 'field.invalid', 'limit');
});

test('signup from a form post of another page is no signup', async () => {
    const answer = await http(server, 'POST', '/api/v1/auth/signup',
        { raw: `username=${freshName()}&password=${PASSWORD}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expectProblem(answer, 415, 'media_type.unsupported');
});
