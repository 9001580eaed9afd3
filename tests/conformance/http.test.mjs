// HTTP/1.1 to the letter: RFC 9112 and RFC 9110 by case tables, byte by byte, no front end.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { signUp } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';
import { accepted, refused } from './http_cases.mjs';

const server = await serve({ after });
const HOST = 'Host: x\r\n';
const NEXT = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;

async function raw(t, options) {
    const wire = await Raw.connect(server, options);
    t.after(() => wire.destroy());
    return wire;
}

for (const [name, bytes, status] of refused) {
    test(`refused with ${status}: ${name}`, async (t) => {
        const wire = await raw(t);
        wire.write(Buffer.from(bytes + NEXT, 'latin1'));
        const answer = await wire.response();
        assert.equal(answer.status, status, answer.body);
        assert.equal(answer.headers.connection, 'close');
        assert.match(answer.headers['content-type'], /^application\/problem\+json/);
        await wire.end();
        assert.equal(wire.bytes.length, 0, 'nothing behind the refusal');
        assert.equal(wire.error, undefined, 'the answer is not overtaken by a reset');
    });
}

for (const [name, bytes, status] of accepted) {
    test(`accepted with ${status}: ${name}`, async (t) => {
        const wire = await raw(t);
        wire.write(Buffer.from(bytes + NEXT, 'latin1'));
        assert.equal((await wire.response()).status, status);
        assert.equal((await wire.response()).status, 200, 'the request behind it');
    });
}

test('the same, byte by byte', async (t) => {
    const short = [...refused, ...accepted].filter(([, bytes]) => bytes.length < 300);
    for (const [name, bytes, status] of short) {
        const wire = await raw(t);
        await wire.dribble(Buffer.from(bytes, 'latin1'), 7);
        const end = /0\.9/.test(name) || status >= 400 ? '' : NEXT;
        wire.write(end || '\r\n\r\n');
        assert.equal((await wire.response()).status, status, name);
        wire.destroy();
    }
});

test('HEAD has the headers of GET, its length too, and no body', async (t) => {
    const ann = await signUp(server);
    const wire = await raw(t);
    for (const path of ['/healthz', '/readyz', '/api/v1/me', '/api/v1/nothing', '/api/v1/openapi.json', '/.well-known/jwks.json']) {
        const ask = (method) => wire.write(`${method} ${path} HTTP/1.1\r\n${HOST}Authorization: Bearer ${ann.token}\r\n\r\n`);
        ask('GET');
        const whole = await wire.response();
        ask('HEAD');
        const head = await wire.response({ head: true });
        assert.equal(head.status, whole.status, path);
        assert.equal(head.headers['content-length'], whole.headers['content-length'], path);
        assert.equal(head.headers['content-type'], whole.headers['content-type'], path);
    }
    assert.equal(wire.bytes.length, 0);
});

test('OPTIONS and 405 say what may be done', async () => {
    const options = await http(server, 'OPTIONS', '/api/v1/me');
    expectStatus(options, 204);
    const wrong = await http(server, 'POST', '/api/v1/me');
    expectStatus(wrong, 405);
    for (const { headers } of [options, wrong])
        assert.deepEqual(new Set(headers.allow.split(', ')), new Set(['GET', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']));
    expectStatus(await http(server, 'OPTIONS', '/api/v1/nothing'), 404);
});

test('426 and 401 carry what they must', async (t) => {
    const wire = await raw(t);
    wire.write(`GET /api/v1/ws HTTP/1.1\r\n${HOST}\r\n`);
    const { status, headers } = await wire.response();
    assert.equal(status, 426);
    assert.match(headers.connection, /upgrade/i);
    assert.equal(headers.upgrade, 'websocket');
    const refusal = await http(server, 'GET', '/api/v1/me');
    expectStatus(refusal, 401);
    assert.equal(refusal.headers['www-authenticate'], 'Bearer');
});

test('HTTP/1.0: no Host needed, closed unless asked to keep, never chunks, no 100', async (t) => {
    const plain = await raw(t);
    plain.write('GET /healthz HTTP/1.0\r\n\r\n');
    assert.equal((await plain.response()).headers.connection, 'close');
    await plain.end();
    const kept = await raw(t);
    for (let n = 0; n < 2; n++) {
        kept.write('POST /api/v1/odd HTTP/1.0\r\nConnection: Keep-Alive\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}');
        const { status, headers } = await kept.response();
        assert.equal(status, 404);
        assert.equal(headers.connection, 'keep-alive');
        assert.ok(!headers['transfer-encoding']);
    }
});

test('100 Continue is said to who waits, and only then', async (t) => {
    const head = `POST /api/v1/auth/signin HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nExpect: 100-Continue\r\n`;
    const patient = await raw(t);
    patient.write(`${head}Content-Length: 2\r\n\r\n`);
    assert.equal((await patient.response()).status, 100);
    patient.write('{}');
    assert.equal((await patient.response()).status, 422);
    const hasty = await raw(t);
    hasty.write(`${head}Content-Length: 2\r\n\r\n{}`);
    assert.equal((await hasty.response()).status, 422);
    const empty = await raw(t);
    empty.write(`${head}Content-Length: 0\r\n\r\n`);
    assert.notEqual((await empty.response()).status, 100);
    const large = await raw(t);
    large.write(`${head}Content-Length: 100000\r\n\r\n`);
    assert.equal((await large.response()).status, 413, 'refused before its body was sent');
});

test('a page\'s file in parts and by condition', async (t) => {
    const whole = await http(server, 'GET', '/');
    if (whole.status === 404) {
        t.skip('this program was built without the page');
        return;
    }
    const { etag } = whole.headers;
    assert.match(etag, /^"/, 'strong, since parts are put together by it');
    assert.equal(whole.headers['accept-ranges'], 'bytes');
    const size = whole.bytes.length;
    const ask = (headers, method = 'GET') => http(server, method, '/', { headers });
    const first = await ask({ range: 'bytes=0-9' });
    const rest = await ask({ range: 'bytes=10-', 'if-range': etag });
    assert.deepEqual([first.status, rest.status], [206, 206]);
    assert.equal(first.headers['content-range'], `bytes 0-9/${size}`);
    assert.ok(Buffer.concat([first.bytes, rest.bytes]).equals(whole.bytes));
    const beyond = await ask({ range: `bytes=${size}-` });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers['content-range'], `bytes */${size}`);
    const table = [
        [{ range: 'bytes=0-1,4-5' }, 200], [{ range: 'bytes=9-2' }, 200], [{ range: 'rows=0-1' }, 200],
        [{ range: 'bytes=0-1', 'if-range': '"other"' }, 200], [{ range: 'bytes=0-1', 'if-range': `W/${etag}` }, 200],
        [{ 'if-none-match': etag }, 304], [{ 'if-none-match': `"other", W/${etag}` }, 304], [{ 'if-none-match': '*' }, 304],
        [{ 'if-none-match': '"other"' }, 200], [{ 'if-match': etag }, 200], [{ 'if-match': '*' }, 200],
        [{ 'if-match': '"other"' }, 412], [{ 'if-match': `W/${etag}` }, 412],
        [{ 'if-modified-since': 'Sat, 29 Oct 2044 19:43:31 GMT' }, 200],
        [{ 'if-unmodified-since': 'Sat, 29 Oct 1994 19:43:31 GMT' }, 200],
    ];
    for (const [headers, status] of table)
        assert.equal((await ask(headers)).status, status, JSON.stringify(headers));
    assert.equal((await ask({ range: 'bytes=0-1' }, 'HEAD')).headers['content-length'], String(size));
    expectStatus(await ask({}, 'POST'), 405);
});

test('who sends FIN behind its requests gets all the answers', async (t) => {
    const wire = await raw(t);
    wire.wire.end(NEXT.repeat(3));
    for (let n = 0; n < 3; n++)
        assert.equal((await wire.response()).status, 200);
    await wire.end();
});

test('who goes on sending is told why it was refused, and no reset overtakes the answer', async (t) => {
    const wire = await raw(t);
    wire.write(`POST /api/v1/odd HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\n\r\n`);
    for (let n = 0; n < 100; n++)
        wire.write('x'.repeat(10000));
    assert.equal((await wire.response()).status, 413);
    await wire.end();
    assert.equal(wire.error, undefined);
});
