// RFC 6455 byte by byte, by a client that may do everything wrong.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { signUp } from '../support/people.mjs';
import { closeFrame, frame, OP, Raw } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const ann = await signUp(server);
const BEARER = `Authorization: Bearer ${ann.token}`;
const PING = '{"id":1,"type":"ping"}';

/** A signed-in raw socket, past connection.connected. */
async function signedIn(t) {
    const raw = await Raw.connect(server);
    t.after(() => raw.destroy());
    await raw.upgrade([BEARER]);
    assert.equal(JSON.parse((await raw.frameOf(OP.TEXT)).text).type, 'connection.connected');
    return raw;
}

async function expectPong(raw) {
    const reply = JSON.parse((await raw.frameOf(OP.TEXT)).text);
    assert.deepEqual([reply.reply_to, reply.ok], [1, true]);
}

test('a message in fragments, control frames between them', async (t) => {
    const raw = await signedIn(t);
    raw.write(frame(OP.TEXT, PING.slice(0, 5), { fin: false }));
    raw.write(frame(OP.PING, 'between'));
    assert.equal((await raw.frameOf(OP.PONG)).text, 'between');
    raw.write(frame(OP.CONTINUATION, '', { fin: false }));
    raw.write(frame(OP.CONTINUATION, PING.slice(5, 6), { fin: false }));
    raw.write(frame(OP.PONG, 'unasked'));
    raw.write(frame(OP.CONTINUATION, PING.slice(6)));
    await expectPong(raw);
});

test('frames split at every byte, and many frames in one segment', async (t) => {
    const raw = await signedIn(t);
    await raw.dribble(frame(OP.TEXT, PING));
    await expectPong(raw);
    raw.write(Buffer.concat(Array.from({ length: 50 }, () => frame(OP.TEXT, PING))));
    for (let n = 0; n < 50; n++)
        await expectPong(raw);
    await raw.dribble(Buffer.concat([frame(OP.TEXT, PING.padEnd(200)), frame(OP.TEXT, PING)]), 7);
    await expectPong(raw);
    await expectPong(raw);
});

test('UTF-8 may be cut between fragments, and must be whole at the end', async (t) => {
    const words = Buffer.from('{"id":1,"type":"ping","x":"𝒳ж€"}');
    for (let cut = 1; cut < words.length; cut++) {
        const raw = await signedIn(t);
        raw.write(frame(OP.TEXT, words.subarray(0, cut), { fin: false }));
        raw.write(frame(OP.CONTINUATION, words.subarray(cut)));
        await expectPong(raw);
        raw.destroy();
    }
});

test('what is not UTF-8 is closed with 1007', async (t) => {
    const bad = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xf8, 0x88, 0x80, 0x80, 0x80]];
    for (const bytes of bad) {
        const raw = await signedIn(t);
        raw.write(frame(OP.TEXT, Buffer.concat([Buffer.from('{"id":1,"x":"'), Buffer.from(bytes), Buffer.from('"}')])));
        assert.equal(await raw.closeCode(), 1007, bytes.join());
        raw.destroy();
    }
});

test('the close handshake is answered with its code, then the connection ends', async (t) => {
    for (const code of [1000, 1001, 3000, 4999]) {
        const raw = await signedIn(t);
        raw.write(closeFrame(code, 'bye'));
        assert.equal(await raw.closeCode(), code);
        await raw.end();
    }
    const silent = await signedIn(t);
    silent.write(frame(OP.CLOSE));
    const { payload } = await silent.frameOf(OP.CLOSE);
    assert.ok(payload.length === 0 || payload.readUInt16BE(0) === 1000);
    await silent.end();
});

test('close frames that RFC 6455 forbids are a protocol error', async (t) => {
    const codes = [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535];
    const bad = [frame(OP.CLOSE, Buffer.from([3])), ...codes.map((code) => closeFrame(code))];
    for (const bytes of bad) {
        const raw = await signedIn(t);
        raw.write(bytes);
        assert.equal(await raw.closeCode(), 1002, bytes.toString('hex'));
        await raw.end();
    }
    const raw = await signedIn(t);
    raw.write(closeFrame(1000, Buffer.from([0xff, 0xfe])));
    assert.equal(await raw.closeCode(), 1007);
});

test('every broken frame is a protocol error', async (t) => {
    const broken = {
        'not masked': frame(OP.TEXT, PING, { mask: false }),
        'reserved bit 1': frame(OP.TEXT, PING, { rsv: 4 }),
        'reserved bit 2': frame(OP.TEXT, PING, { rsv: 2 }),
        'reserved bit 3': frame(OP.TEXT, PING, { rsv: 1 }),
        'opcode 3': frame(3, 'x'),
        'opcode 11': frame(11, 'x'),
        'continuation of nothing': frame(OP.CONTINUATION, 'x'),
        'a new message within one': Buffer.concat([frame(OP.TEXT, 'x', { fin: false }), frame(OP.TEXT, 'y')]),
        'a ping in fragments': frame(OP.PING, 'x', { fin: false }),
        'a ping of 126 bytes': frame(OP.PING, 'x'.repeat(126)),
    };
    for (const [what, bytes] of Object.entries(broken)) {
        const raw = await signedIn(t);
        raw.write(bytes);
        assert.equal(await raw.closeCode(), 1002, what);
        await raw.end();
    }
});

test('lengths that promise too much are cut at the promise, in one frame or in fragments', async (t) => {
    for (const length of [65537, 2 ** 32, 2 ** 53 - 1]) {
        const raw = await signedIn(t);
        raw.write(frame(OP.TEXT, '', { length }));
        assert.equal(await raw.closeCode(), 1009, String(length));
        raw.destroy();
    }
    const raw = await signedIn(t);
    raw.write(frame(OP.TEXT, 'x'.repeat(40000), { fin: false }));
    raw.write(frame(OP.CONTINUATION, 'x'.repeat(40000)));
    assert.equal(await raw.closeCode(), 1009);
    const negative = await signedIn(t);
    negative.write(Buffer.concat([Buffer.from([0x81, 0xff]), Buffer.alloc(8, 0xff), Buffer.alloc(4)]));
    assert.ok([1002, 1009].includes(await negative.closeCode()));
});

test('upgrades that are none', async (t) => {
    const lines = ['GET /api/v1/ws HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13'];
    const swap = (at, line) => lines.map((old, n) => n === at ? line : old).filter((one) => one !== null);
    const cases = [
        ['no key', swap(4, null), [400]], ['a short key', swap(4, 'Sec-WebSocket-Key: c2hvcnQ='), [400]],
        ['version 8', swap(5, 'Sec-WebSocket-Version: 8'), [400, 426]], ['no version', swap(5, null), [400, 426]],
        ['no upgrade', swap(2, null), [400, 426]], ['another upgrade', swap(2, 'Upgrade: h2c'), [400, 426]],
        ['POST', swap(0, 'POST /api/v1/ws HTTP/1.1'), [400, 405]], ['HTTP/1.0', swap(0, 'GET /api/v1/ws HTTP/1.0'), [400, 426, 505]],
    ];
    for (const [what, head, statuses] of cases) {
        const raw = await Raw.connect(server);
        t.after(() => raw.destroy());
        raw.write([...head, '', ''].join('\r\n'));
        const { status, headers } = await raw.response();
        assert.ok(statuses.includes(status), `${what}: ${status}`);
        if (status === 426 && what.startsWith('version'))
            assert.equal(headers['sec-websocket-version'], '13');
    }
});

test('a frame may ride in the same segment as the upgrade', async (t) => {
    const raw = await Raw.connect(server);
    t.after(() => raw.destroy());
    const head = ['GET /api/v1/ws HTTP/1.1', 'Host: x', 'Upgrade: WebSocket', 'Connection: keep-alive, upgrade',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', BEARER, '', ''].join('\r\n');
    raw.write(Buffer.concat([Buffer.from(head), frame(OP.TEXT, PING)]));
    assert.equal((await raw.response()).status, 101);
    await expectPongEventually(raw);
});

async function expectPongEventually(raw) {
    for (;;) {
        const got = JSON.parse((await raw.frameOf(OP.TEXT)).text);
        if ('reply_to' in got) {
            assert.deepEqual([got.reply_to, got.ok], [1, true]);
            return;
        }
    }
}
