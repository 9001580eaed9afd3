// How connections end (RFC 9112, 9.6): the last answer arrives whole though the client is still
// sending, a half-closed client gets all that it asked for, and nobody can keep an end open for ever.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Raw } from '../support/raw.mjs';
import { serve, SLOW, within } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '1'] });
const POST = (length) => 'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    + `Content-Length: ${length}\r\n\r\n`;

async function open(t) {
    const raw = await Raw.connect(server);
    t.after(() => raw.destroy());
    return raw;
}

test('an answer reaches who is still sending a body that nobody will read', async (t) => {
    for (let round = 0; round < 10; round++) {
        const raw = await open(t);
        raw.write(POST(10_000_000));
        for (let n = 0; n < 20; n++)
            raw.write('x'.repeat(16_000));
        const answer = await raw.response();
        assert.equal(answer.status, 413);
        assert.equal(JSON.parse(answer.body).code, 'request.too_large');
        await raw.end();
        assert.equal(raw.error, undefined, 'it ended by FIN, not by a reset');
    }
});

test('the same for a refused head with much behind it', async (t) => {
    const raw = await open(t);
    raw.write(`GET / HTTP/1.1\r\nHost : x\r\n\r\n${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5000)}`);
    assert.equal((await raw.response()).status, 400);
    await raw.end();
    assert.equal(raw.error, undefined);
});

test('who goes on sending behind the end is left in a moment', async (t) => {
    const raw = await open(t);
    raw.wire.on('error', () => {});
    raw.write(POST(10_000_000));
    assert.equal((await raw.response()).status, 413);
    const closed = once(raw.wire, 'close');
    let over = false;
    closed.then(() => { over = true; });
    const sending = (async () => {
        while (!over) {
            raw.wire.write('x'.repeat(1000));
            await sleep(20);
        }
    })();
    await within(20_000 * SLOW, 'the end', closed);
    await sending;
});

test('who closes its half gets the answers to all that it asked, and then the end', async (t) => {
    const raw = await open(t);
    raw.wire.allowHalfOpen = true;
    raw.wire.end('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(10));
    for (let n = 0; n < 10; n++)
        assert.equal((await raw.response()).status, 200);
    await raw.end();
    assert.equal(raw.error, undefined);
});

test('who closes its half within a body is told so', async (t) => {
    const raw = await open(t);
    raw.wire.end(`${POST(100)}{`);
    assert.equal((await raw.response()).status, 400);
    await raw.end();
});

test('Connection: close is the last answer, whatever was asked behind it', async (t) => {
    const raw = await open(t);
    raw.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' + 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
    const answer = await raw.response();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.connection, 'close');
    await raw.end();
    assert.equal(raw.bytes.length, 0, 'and nothing behind it');
    assert.equal(raw.error, undefined);
});
