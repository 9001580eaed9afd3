// The opening handshake of RFC 6455 (4.1, 4.2, 9.1, 11.3) and RFC 9110 (7.8), rule by rule.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { signUp } from '../support/people.mjs';
import { closeFrame, frame, OP, Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const server = await serve({ after });
const ann = await signUp(server);

/** A request that is right in all, with some of its lines replaced (a name), left out (null) or added. */
function request(changes = {}, { line = 'GET /api/v1/ws HTTP/1.1', more = [] } = {}) {
    const lines = { Host: 'x', Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Key': KEY, 'Sec-WebSocket-Version': '13', ...changes };
    const headers = Object.entries(lines).filter(([, value]) => value !== null).flatMap(([name, value]) =>
        [value].flat().map((one) => `${name}: ${one}`));
    return [line, ...headers, ...more, '', ''].join('\r\n');
}

async function asked(bytes) {
    const wire = await Raw.connect(server);
    wire.write(bytes);
    return { wire, ...await wire.response() };
}

/** What is said to it; a connection that was switched works, and says good-bye. */
async function answerTo(bytes) {
    const { wire, status, headers, body } = await asked(bytes);
    try {
        if (status === 101) {
            wire.write(frame(OP.PING, 'there?'));
            assert.equal((await wire.frameOf(OP.PONG)).text, 'there?');
            wire.write(closeFrame(1000));
            assert.equal(await wire.closeCode(), 1000);
        }
        return { status, headers, body };
    } finally {
        wire.destroy();
    }
}

const check = (name, rows) => test(name, async () => {
    for (const [what, bytes, status] of rows) {
        const answer = await answerTo(bytes);
        assert.equal(answer.status, status, what);
        if (status === 101) {
            assert.equal(answer.headers.upgrade.toLowerCase(), 'websocket', what);
            assert.equal(answer.headers.connection.toLowerCase(), 'upgrade', what);
            assert.equal(answer.headers['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', what);
            for (const none of ['content-length', 'transfer-encoding', 'content-type'])
                assert.equal(answer.headers[none], undefined, `${none}, ${what}`);
        } else if (status === 426) {
            assert.equal(answer.headers['sec-websocket-version'], '13', what);
            assert.equal(answer.headers.upgrade, 'websocket', what);
            assert.match(answer.headers.connection, /\bupgrade\b/i, what);
        }
        if (status >= 400) {
            assert.match(answer.headers['content-type'], /^application\/problem\+json/, what);
            assert.equal(JSON.parse(answer.body).status, status, what);
        }
    }
});

check('the request line', [
    ['as it should be', request(), 101],
    ['with a query', request({}, { line: 'GET /api/v1/ws?a=b HTTP/1.1' }), 101],
    ['an absolute target', request({}, { line: 'GET http://x/api/v1/ws HTTP/1.1' }), 101],
    ['a later HTTP/1.x', request({}, { line: 'GET /api/v1/ws HTTP/1.2' }), 101],
    ['POST', request({}, { line: 'POST /api/v1/ws HTTP/1.1' }), 405],
    ['PUT', request({}, { line: 'PUT /api/v1/ws HTTP/1.1' }), 405],
    ['HTTP/1.0', request({}, { line: 'GET /api/v1/ws HTTP/1.0' }), 426],
    ['HTTP/2.0', request({}, { line: 'GET /api/v1/ws HTTP/2.0' }), 505],
    ['elsewhere', request({}, { line: 'GET /api/v1/me HTTP/1.1', more: [`Authorization: Bearer ${ann.token}`] }), 200],
    ['nowhere', request({}, { line: 'GET /api/v1/wss HTTP/1.1' }), 404],
]);

test('HEAD is no handshake', async (t) => {
    const wire = await Raw.connect(server);
    t.after(() => wire.destroy());
    wire.write(request({}, { line: 'HEAD /api/v1/ws HTTP/1.1' }));
    assert.equal((await wire.response({ head: true })).status, 400);
    wire.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal((await wire.response()).status, 200, 'and no body is behind it');
});

check('Host', [
    ['none', request({ Host: null }), 400],
    ['two', request({ Host: ['x', 'x'] }), 400],
    ['empty', request({ Host: '' }), 400],
    ['with a port', request({ Host: 'chat.example.org:8080' }), 101],
]);

check('Upgrade', [
    ['none', request({ Upgrade: null }), 426],
    ['in capitals', request({ Upgrade: 'WEBSOCKET' }), 101],
    ['in mixed letters', request({ Upgrade: 'WebSocket' }), 101],
    ['one of a list', request({ Upgrade: 'h2c, websocket' }), 101],
    ['one of two lines', request({ Upgrade: ['h2c', 'websocket'] }), 101],
    ['another', request({ Upgrade: 'h2c' }), 426],
    ['with a version', request({ Upgrade: 'websocket/13' }), 426],
    ['a part of the word', request({ Upgrade: 'websockets' }), 426],
    ['two words', request({ Upgrade: 'web socket' }), 426],
    ['empty', request({ Upgrade: '' }), 426],
]);

check('Connection', [
    ['none', request({ Connection: null }), 426],
    ['in small letters', request({ Connection: 'upgrade' }), 101],
    ['in capitals', request({ Connection: 'UPGRADE' }), 101],
    ['as Firefox says it', request({ Connection: 'keep-alive, Upgrade' }), 101],
    ['without spaces', request({ Connection: 'keep-alive,upgrade,x' }), 101],
    ['in two lines', request({ Connection: ['keep-alive', 'Upgrade'] }), 101],
    ['between tabs', request({ Connection: '\tUpgrade\t' }), 101],
    ['with empty members', request({ Connection: ', ,Upgrade,' }), 101],
    ['keep-alive alone', request({ Connection: 'keep-alive' }), 426],
    ['close alone', request({ Connection: 'close' }), 426],
    ['a longer word', request({ Connection: 'Upgrades' }), 426],
    ['empty', request({ Connection: '' }), 426],
]);

check('Sec-WebSocket-Key: once, 16 bytes in base64', [
    ['none', request({ 'Sec-WebSocket-Key': null }), 400],
    ['empty', request({ 'Sec-WebSocket-Key': '' }), 400],
    ['two', request({ 'Sec-WebSocket-Key': [KEY, 'AAAAAAAAAAAAAAAAAAAAAA=='] }), 400],
    ['two equal ones', request({ 'Sec-WebSocket-Key': [KEY, KEY] }), 400],
    ['spaces around', request({ 'Sec-WebSocket-Key': `  ${KEY} ` }), 101],
    ['15 bytes', request({ 'Sec-WebSocket-Key': Buffer.alloc(15).toString('base64') }), 400],
    ['17 bytes', request({ 'Sec-WebSocket-Key': Buffer.alloc(17).toString('base64') }), 400],
    ['0 bytes', request({ 'Sec-WebSocket-Key': '====' }), 400],
    ['no padding', request({ 'Sec-WebSocket-Key': KEY.slice(0, 22) }), 400],
    ['half the padding', request({ 'Sec-WebSocket-Key': KEY.slice(0, 23) }), 400],
    ['padding in the midst', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXB==ZSBub25jZQ=' }), 400],
    ['base64url', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbX-sZSBub2_jZQ==' }), 400],
    ['a space within', request({ 'Sec-WebSocket-Key': 'dGhlIHNh XBsZSBub25jZQ==' }), 400],
    ['bits that no 16 bytes have', request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZR==' }), 400],
    ['a list', request({ 'Sec-WebSocket-Key': `${KEY}, ${KEY}` }), 400],
]);

check('Sec-WebSocket-Version: 13, once', [
    ['none', request({ 'Sec-WebSocket-Version': null }), 426],
    ['empty', request({ 'Sec-WebSocket-Version': '' }), 426],
    ...['0', '7', '8', '12', '14', '25', '130', '255', '256', '013', '+13', '13.0', '13x', '1 3', 'x', '13, 8', '8, 13'].map((value) =>
        [value, request({ 'Sec-WebSocket-Version': value }), 426]),
    ['8, and a key of its own', request({ 'Sec-WebSocket-Version': '8', 'Sec-WebSocket-Key': 'x' }), 426],
    ['spaces around', request({ 'Sec-WebSocket-Version': ' 13\t' }), 101],
    ['twice', request({ 'Sec-WebSocket-Version': ['13', '13'] }), 400],
    ['two', request({ 'Sec-WebSocket-Version': ['13', '8'] }), 400],
]);

const protocol = (value) => request({ 'Sec-WebSocket-Protocol': value });

check('Sec-WebSocket-Protocol is a list of different tokens', [
    ...['natternet.v1', 'other', 'natternet.v1, other', 'a,b', ' , a ,, b,', 'A, a', "!#$%&'*+-.^_`|~09azAZ"].map((value) => [value, protocol(value), 101]),
    ['two lines', protocol(['a', 'b']), 101],
    ...['', ',', ' , ', 'a b', 'a/b', '"a"', 'a;b', 'a=b', 'a, (b)', 'a, a', 'a, b, a', 'na\xefve', 'a@b', '{}'].map((value) => [value, protocol(value), 400]),
    ['the same in two lines', protocol(['a', 'b, a']), 400],
    ['a bad one in the second line', protocol(['natternet.v1', 'a b']), 400],
]);

test('natternet.v1 is chosen wherever it stands, by its very letters, and nothing else', async () => {
    const chosen = async (value) => (await answerTo(protocol(value))).headers['sec-websocket-protocol'];
    for (const value of ['natternet.v1', 'other, natternet.v1', 'natternet.v1,other', ['other', 'natternet.v1'], ['a, natternet.v1 ', 'b']])
        assert.equal(await chosen(value), 'natternet.v1', String(value));
    for (const value of ['other', 'NatterNet.v1', 'natternet.v12', 'natternet.v', 'xnatternet.v1'])
        assert.equal(await chosen(value), undefined, value);
    assert.equal((await answerTo(request())).headers['sec-websocket-protocol'], undefined);
});

check('Origin', [
    ['none, as programs', request(), 101],
    ['the own', request({ Host: 'chat.example.org', Origin: 'http://chat.example.org' }), 101],
    ['the own by TLS, but this is none', request({ Host: 'chat.example.org', Origin: 'https://chat.example.org' }), 403],
    ['another', request({ Origin: 'http://evil.example' }), 403],
    ['null', request({ Origin: 'null' }), 403],
    ['empty', request({ Origin: '' }), 403],
    ['two', request({ Host: 'x', Origin: ['http://x', 'http://x'] }), 403],
    ['another one, and a good token', request({ Origin: 'http://evil.example', Authorization: `Bearer ${ann.token}` }), 403],
]);

check('Authorization', [
    ['a good token', request({ Authorization: `Bearer ${ann.token}` }), 101],
    ['a good token, its scheme in capitals', request({ Authorization: `BEARER ${ann.token}` }), 101],
    ['a bad one', request({ Authorization: 'Bearer nonsense' }), 401],
    ['none behind the scheme', request({ Authorization: 'Bearer' }), 401],
    ['another scheme', request({ Authorization: 'Basic YTpi' }), 401],
    ['empty', request({ Authorization: '' }), 401],
]);

check('a body has no place in it', [
    ['5 bytes', `${request({ 'Content-Length': '5', 'Content-Type': 'application/json' })}{"a":`, 400],
    ['chunks', `${request({ 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/json' })}2\r\n{}\r\n0\r\n\r\n`, 400],
    ['none, and that is said', request({ 'Content-Length': '0' }), 101],
    ['none in chunks', `${request({ 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`, 101],
]);

test('the answer to a key is that of RFC 6455, 4.2.2, for every key', async () => {
    for (let n = 0; n < 64; n++) {
        const key = createHash('sha256').update(String(n)).digest().subarray(0, 16).toString('base64');
        const { headers } = await answerTo(request({ 'Sec-WebSocket-Key': key }));
        assert.equal(headers['sec-websocket-accept'],
            createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'));
    }
});

test('who also expects 100 gets it before 101 (RFC 9110, 7.8)', async (t) => {
    const { wire, status } = await asked(request({ Expect: '100-continue' }));
    t.after(() => wire.destroy());
    assert.equal(status, 100);
    assert.equal((await wire.response()).status, 101);
    wire.write(frame(OP.PING, 'x'));
    assert.equal((await wire.frameOf(OP.PONG)).text, 'x');
});

test('a refused handshake leaves a connection that can be asked again', async (t) => {
    const { wire, status } = await asked(request({ 'Sec-WebSocket-Version': '8' }));
    t.after(() => wire.destroy());
    assert.equal(status, 426);
    wire.write(request());
    assert.equal((await wire.response()).status, 101);
    wire.write(closeFrame(1000));
    assert.equal(await wire.closeCode(), 1000);
});

test('requests before it are answered first, and frames right behind it are for the socket', async (t) => {
    const wire = await Raw.connect(server);
    t.after(() => wire.destroy());
    const ask = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    wire.write(Buffer.concat([Buffer.from(ask + ask + request()), frame(OP.PING, 'a'), frame(OP.PING, 'b'), closeFrame(1001)]));
    for (const status of [200, 200, 101])
        assert.equal((await wire.response()).status, status);
    for (const text of ['a', 'b'])
        assert.equal((await wire.frame()).text, text);
    assert.equal(await wire.closeCode(), 1001);
    await wire.end();
});

test('head and first frames may be cut anywhere', async () => {
    const bytes = Buffer.concat([Buffer.from(request({ 'Sec-WebSocket-Protocol': 'natternet.v1' })), frame(OP.PING, 'here'), closeFrame(1000)]);
    const play = async (cut) => {
        const wire = await Raw.connect(server);
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
            wire.write(part);
            await new Promise(setImmediate);
        }
        assert.equal((await wire.response()).status, 101, `cut at ${cut}`);
        assert.equal((await wire.frame()).text, 'here', `cut at ${cut}`);
        assert.equal(await wire.closeCode(), 1000, `cut at ${cut}`);
        wire.destroy();
    };
    for (let cut = 0; cut < bytes.length; cut += 20)
        await Promise.all(Array.from({ length: Math.min(20, bytes.length - cut) }, (_, n) => play(cut + n)));
});

test('a request behind the handshake is no request any more', async (t) => {
    const { wire, status } = await asked(`${request()}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    t.after(() => wire.destroy());
    assert.equal(status, 101);
    assert.equal(await wire.closeCode(), 1002, '"G" is no frame of a client');
    await wire.end();
});
