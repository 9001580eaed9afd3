// RFC 7692 in tables: every offer and its answer, every kind of block, what is refused and how, and
// what goes out compressed.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { command, playAll, pong } from '../support/exchange.mjs';
import { expectStatus, http } from '../support/http.mjs';
import { signUpMany, text as content } from '../support/people.mjs';
import { closeFrame, frame, OP, Raw } from '../support/raw.mjs';
import { isSanitized, serve } from '../support/server.mjs';

const LIMIT = 65536;
const RSV1 = 4;
const OFFER = ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'];
const server = await serve({ after });

// ---- 5 and 7.1: the negotiation ----

const BOTH = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';
const windowed = (bits) => `${BOTH}; server_max_window_bits=${bits}`;
const PMD = 'permessage-deflate';
const BITS = [8, 9, 10, 11, 12, 13, 14, 15];

const OFFERS = [
    [PMD, BOTH],
    [`${PMD}; server_no_context_takeover`, BOTH],
    [`${PMD}; client_no_context_takeover`, BOTH],
    [`${PMD}; server_no_context_takeover; client_no_context_takeover`, BOTH],
    [`${PMD}; client_max_window_bits`, BOTH],
    ...BITS.flatMap((bits) => [
        [`${PMD}; client_max_window_bits=${bits}`, BOTH],
        [`${PMD}; server_max_window_bits=${bits}`, windowed(bits)],
        [`${PMD}; server_max_window_bits="${bits}"`, windowed(bits)],
        [`${PMD}; server_no_context_takeover; server_max_window_bits=${bits}; client_max_window_bits`, windowed(bits)],
        [`${PMD}; server_max_window_bits=${bits}, ${PMD}`, windowed(bits)],
        [`${PMD}, ${PMD}; server_max_window_bits=${bits}`, BOTH],
    ]),
    // declined, and so is a second that is no better; a good one behind them is taken
    ...['server_max_window_bits', 'server_max_window_bits=7', 'server_max_window_bits=16', 'server_max_window_bits=010',
        'server_max_window_bits=9x', 'client_max_window_bits=7', 'client_max_window_bits=16', 'client_max_window_bits=x',
        'server_no_context_takeover=1', 'client_no_context_takeover=1', 'unknown', 'unknown=9',
        'server_no_context_takeover; server_no_context_takeover', 'client_no_context_takeover; client_no_context_takeover',
        'server_max_window_bits=9; server_max_window_bits=9', 'client_max_window_bits; client_max_window_bits',
    ].flatMap((params) => [
        [`${PMD}; ${params}`, undefined],
        [`${PMD}; ${params}, ${PMD}; ${params}`, undefined],
        [`${PMD}; ${params}, ${PMD}; server_max_window_bits=11`, windowed(11)],
    ]),
    ['x-webkit-deflate-frame', undefined],
    ['permessage-bzip2; level="3"', undefined],
    [`permessage-bzip2, ${PMD}`, BOTH],
    ['', undefined],
];

const MALFORMED = [';', `${PMD};`, `${PMD}; =`, `${PMD}; x=`, `${PMD}; x="`, `${PMD}; x="a b"`, `${PMD} x`, `${PMD}; x=1=2`, `${PMD}, (`];

async function answerTo(headers) {
    const raw = await Raw.connect(server);
    try {
        const { headers: answer } = await raw.upgrade(headers);
        raw.write(closeFrame(1000));
        assert.equal(await raw.closeCode(), 1000);
        return answer['sec-websocket-extensions'];
    } finally {
        raw.destroy();
    }
}

test('every offer and its answer', async () => {
    assert.equal(await answerTo([]), undefined);
    for (const [offer, answer] of OFFERS)
        assert.equal(await answerTo([`Sec-WebSocket-Extensions: ${offer}`]), answer, offer);
});

test('several headers are one list', async () => {
    const headers = (...offers) => offers.map((offer) => `Sec-WebSocket-Extensions: ${offer}`);
    assert.equal(await answerTo(headers(`${PMD}; unknown`, `${PMD}; server_max_window_bits=9`)), windowed(9));
    assert.equal(await answerTo(headers(PMD, `${PMD}; server_max_window_bits=9`)), BOTH);
});

test('what is no list of extensions is no handshake (RFC 6455, 9.1)', async () => {
    for (const offer of MALFORMED) {
        const raw = await Raw.connect(server);
        raw.write(['GET /api/v1/ws HTTP/1.1', 'Host: 127.0.0.1', 'Upgrade: websocket', 'Connection: Upgrade',
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13',
            `Sec-WebSocket-Extensions: ${offer}`, '', ''].join('\r\n'));
        assert.equal((await raw.response()).status, 400, offer);
        raw.destroy();
    }
});

// ---- 6 and 7.2.2: messages that come in ----

const SYNC_TAIL = 4;
const deflated = (payload, options = {}) =>
    deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH, ...options }).subarray(0, -SYNC_TAIL);
const packed = (payload, options) => frame(OP.TEXT, payload, { rsv: RSV1, ...options });
const hex = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** Stored blocks of at most `size` bytes. */
function stored(payload, size = 65535) {
    const bytes = Buffer.from(payload);
    const parts = [];
    for (let at = 0; at < bytes.length; at += size) {
        const part = bytes.subarray(at, at + size);
        const head = Buffer.from([0, part.length & 255, part.length >> 8, ~part.length & 255, ~part.length >> 8 & 255]);
        parts.push(head, part);
    }
    return Buffer.concat([...parts, Buffer.from([0])]);
}

/** Compressed in pieces, each flushed, or each with a final block at its end. */
function pieces(payload, size, finishFlush = constants.Z_SYNC_FLUSH) {
    const bytes = Buffer.from(payload);
    const parts = [];
    for (let at = 0; at < bytes.length; at += size)
        parts.push(deflateRawSync(bytes.subarray(at, at + size), { finishFlush }));
    const all = Buffer.concat(parts);
    return finishFlush === constants.Z_FINISH ? Buffer.concat([all, Buffer.from([0])]) : all.subarray(0, -SYNC_TAIL);
}

const STRATEGIES = {
    default: constants.Z_DEFAULT_STRATEGY, filtered: constants.Z_FILTERED, huffman: constants.Z_HUFFMAN_ONLY,
    rle: constants.Z_RLE, fixed: constants.Z_FIXED,
};
const SIZES = [19, 40, 125, 126, 1000, 16384, 65535, 65536];
const EMPTY_BLOCKS = { stored: '00 00 00 ff ff', fixed: '02 00 00 00 ff ff', dynamic: '04 c0 81 00 00 00 00 00 90 ff 6b 00 00 00 ff ff', final: '03 00', 'final stored': '01 00 00 ff ff' };
const one = deflated(command(1));

const table = (rows) => rows.map(([name, send, expect]) => ({ name, send, expect }));
const check = (name, rows, headers = OFFER) => test(name, () => playAll(server, table(rows), { headers }));

check('every way to compress', [
    ...Object.entries(STRATEGIES).flatMap(([name, strategy]) => SIZES.map((size, n) => {
        const options = { strategy, level: [1, 6, 9][n % 3], windowBits: 9 + n % 7, memLevel: 1 + n };
        return [`${name}, ${size} bytes`, [packed(deflated(command(1, size), options))], ['reply 1']];
    })),
    ...BITS.slice(1).map((windowBits) =>
        [`window of ${windowBits} bits`, [packed(deflated(command(1, LIMIT), { windowBits, level: 9 }))], ['reply 1']]),
    ...SIZES.map((size) => [`not at all, ${size} bytes`, [packed(stored(command(1, size)))], ['reply 1']]),
]);

check('every kind of block', [
    ...[1, 2, 7, 39, 40].flatMap((size) => [
        [`stored ones of ${size} bytes`, [packed(stored(command(1), size))], ['reply 1']],
        [`flushed after ${size} bytes`, [packed(pieces(command(1), size))], ['reply 1']],
        [`final after ${size} bytes`, [packed(pieces(command(1), size, constants.Z_FINISH))], ['reply 1']],
    ]),
    ...Object.entries(EMPTY_BLOCKS).flatMap(([name, digits]) => [
        [`an empty ${name} one before`, [packed(Buffer.concat([hex(digits), one]))], ['reply 1']],
        [`three empty ${name} ones before`, [packed(Buffer.concat([hex(digits), hex(digits), hex(digits), one]))], ['reply 1']],
        [`an empty ${name} one behind`, [packed(Buffer.concat([one, hex('00 00 ff ff'), hex(digits), hex('00')]))], ['reply 1']],
        [`an empty ${name} one alone`, [packed(Buffer.concat([hex(digits), hex('00')]))], ['reply null']],
    ]),
    ['the shortest empty message', [packed(hex('00'))], ['reply null']],
    ['a final one without the octet behind it', [packed(deflateRawSync(command(1)))], ['reply 1']],
    ['a final one, then another message', [packed(deflateRawSync(command(1))), packed(one)], ['reply 1', 'reply 1']],
]);

/** A compressed message in fragments: RSV1 on the first only (6.1). */
function fragments(payload, size) {
    const parts = [];
    for (let at = 0; at < payload.length; at += size)
        parts.push(frame(at ? OP.CONTINUATION : OP.TEXT, payload.subarray(at, at + size),
            { fin: at + size >= payload.length, rsv: at ? 0 : RSV1 }));
    return parts;
}

check('fragments', [
    ...[1, 2, 3, 10, one.length - 1, one.length].map((size) => [`of ${size} bytes`, fragments(one, size), ['reply 1']]),
    ['with pings between', fragments(one, 9).flatMap((part, n) => n ? [frame(OP.PING, '?'), part] : [part]),
        [...Array(Math.ceil(one.length / 9) - 1).fill(pong('?')), 'reply 1']],
    ['empty ones around', [packed('', { fin: false }), frame(OP.CONTINUATION, one, { fin: false }), frame(OP.CONTINUATION)], ['reply 1']],
    ['of a long text', fragments(deflated(command(1, LIMIT)), 100), ['reply 1']],
    ['of an incompressible text', fragments(stored(command(1, LIMIT)), 20000), ['reply 1']],
]);

check('compressed and plain ones in turn', [
    ['plain, compressed, plain', [frame(OP.TEXT, command(1)), packed(deflated(command(2))), frame(OP.TEXT, command(3))], ['reply 1', 'reply 2', 'reply 3']],
    ['plain fragments between', [packed(one), frame(OP.TEXT, command(2).slice(0, 9), { fin: false }),
        frame(OP.CONTINUATION, command(2).slice(9)), packed(one)], ['reply 1', 'reply 2', 'reply 1']],
    ['many', Array.from({ length: 50 }, (_, n) => packed(deflated(command(n)))), Array.from({ length: 50 }, (_, n) => `reply ${n}`)],
    ['pings and pongs stay as they are', [packed(one), frame(OP.PING, 'a'), frame(OP.PONG), packed(one)], ['reply 1', pong('a'), 'reply 1']],
]);

check('RSV1 where it must not be', [
    ...[['CONTINUATION', OP.CONTINUATION], ['CLOSE', OP.CLOSE], ['PING', OP.PING], ['PONG', OP.PONG]].map(([name, opcode]) =>
        [`on ${name}`, [packed(one), frame(opcode, hex('03 e8'), { rsv: RSV1 })], ['reply 1', 'close 1002']]),
    ['on the second fragment', [packed(one.subarray(0, 5), { fin: false }), frame(OP.CONTINUATION, one.subarray(5), { rsv: RSV1 })], ['close 1002']],
    ['on the second fragment only', [frame(OP.TEXT, '', { fin: false }), frame(OP.CONTINUATION, one, { rsv: RSV1 })], ['close 1002']],
    ...[1, 2, 3, 5, 6, 7].map((rsv) => [`bits ${rsv}`, [frame(OP.TEXT, one, { rsv })], ['close 1002']]),
    ['on a reserved opcode', [frame(3, one, { rsv: RSV1 })], ['close 1002']],
    ['on a binary message', [frame(OP.BINARY, one, { rsv: RSV1 })], ['close 1003']],
    ['within a message', [packed(one.subarray(0, 5), { fin: false }), packed(one)], ['close 1002']],
]);

check('RSV1 that was not agreed on', [
    ['a whole message', [frame(OP.TEXT, command(1)), packed(one)], ['reply 1', 'close 1002']],
    ['a first fragment', [packed(one.subarray(0, 5), { fin: false })], ['close 1002']],
    ['a binary message', [frame(OP.BINARY, one, { rsv: RSV1 })], ['close 1002']],
], ['Sec-WebSocket-Extensions: permessage-deflate; unknown']);

// RFC 7692 names no code; RFC 6455 has 1007 for a message whose data is not of its kind.
check('what is not DEFLATE', [
    ...Object.entries({
        'nothing at all': '', 'the reserved kind of block': '06', 'a final one of the reserved kind': '07',
        'a stored block with a wrong complement': '00 05 00 fb ff 48 65 6c 6c 6f 00', 'half a stored block': '00 05 00 fa ff 48 65',
        'half a fixed block': 'f2 48', 'a distance before the beginning': '02 02 00', 'the context of another message': 'f2 00 11 00 00',
        'a tail that was not removed': '00 00 00 ff ff', 'something behind a final block': '03 00 06', text: Buffer.from('Hello').toString('hex'),
        'ones': 'ff ff ff ff',
    }).flatMap(([name, digits]) => [
        [name, [packed(hex(digits))], ['close 1007']],
        [`${name}, after a good one`, [packed(one), packed(hex(digits))], ['reply 1', 'close 1007']],
        [`${name}, in fragments`, [packed(hex(digits), { fin: false }), frame(OP.CONTINUATION)], ['close 1007']],
    ]),
    ['text that was not compressed', [packed(command(1))], ['close 1007']],
    ['context taken over', [packed(one), packed(hex('f2 00 11 00 00'))], ['reply 1', 'close 1007']],
]);

check('compressed text that is not UTF-8', ['ff', 'c0 af', 'ed a0 80', 'f4 90 80 80', 'e2 82', 'c2'].flatMap((digits) => [
    [digits, [packed(deflated(hex(digits)))], ['close 1007']],
    [`${digits} in fragments`, fragments(deflated(Buffer.concat([Buffer.from('abc'), hex(digits)])), 2), ['close 1007']],
]));

const bomb = (size) => deflated(Buffer.alloc(size, ' '), { level: 9 });
check('the limit is that of the text', [
    ['exactly the limit', [packed(bomb(LIMIT))], ['reply null']],
    ['a byte more', [packed(bomb(LIMIT + 1))], ['close 1009']],
    ['a byte more, stored', [packed(stored(Buffer.alloc(LIMIT + 1, ' ')))], ['close 1009']],
    ['noise that grew when compressed', [packed(stored(command(1, LIMIT), 100))], ['reply 1']],
    ['a bomb of 1 MiB', [packed(bomb(1 << 20))], ['close 1009']],
    ['a bomb of 64 MiB in fragments', fragments(bomb(1 << 26).subarray(0, 60000), 5000), ['close 1009']],
    ['a bomb behind a final block', [packed(Buffer.concat([hex('03 00'), bomb(1 << 20)]))], ['close 1009']],
    ['bombs at the limit', Array.from({ length: 60 }, () => packed(bomb(LIMIT))), Array(60).fill('reply null')],
    ['more promised than any compressor makes of the limit', [frame(OP.TEXT, '', { rsv: RSV1, length: LIMIT * 5 / 4 + 1 })], ['close 1009']],
    ['the same in fragments', [packed(randomBytes(LIMIT), { fin: false }), frame(OP.CONTINUATION, '', { length: LIMIT / 4 + 1 })], ['close 1009']],
]);

test('compressed messages to 16 MiB where the operator allows them, at any level and in fragments', async (t) => {
    const most = 16 * 1024 * 1024;
    const roomy = await serve(t, { args: ['--limit', `frame_bytes=${most}`, '--limit', `session_queue_bytes=${4 * most}`] });
    const rows = [
        ...[0, 1, 9].map((level) => [`128 KiB at level ${level}`, [packed(deflated(command(1, 131072), { level }))], ['reply 1']]),
        ['16 MiB', [packed(deflated(command(1, most), { level: 1 }))], ['reply 1']],
        ['1 MiB in fragments of 1024', [Buffer.concat(fragments(deflated(command(1, 1024 * 1024)), 1024))], ['reply 1']],
        ['a byte past the limit', [packed(bomb(most + 1))], ['close 1009']],
        ['twenty of 128 KiB', [Buffer.concat(Array.from({ length: 20 }, (_, n) => packed(deflated(command(n, 131072)))))],
            Array.from({ length: 20 }, (_, n) => `reply ${n}`)],
    ];
    await playAll(roomy, table(rows), { headers: OFFER, ways: ['whole'] });
});

// ---- 7.2.1: messages that go out ----

async function metric(of, name) {
    const answer = await http(of, 'GET', '/metrics');
    expectStatus(answer, 200);
    return [...answer.bytes.toString().matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'))].reduce((sum, found) => sum + Number(found[1]), 0);
}

test('replies are compressed from the limit on, each for itself', async (t) => {
    const eager = await serve(t, { args: ['--limit', 'deflate_min_bytes=64'] });
    const rows = table([
        ['with commands in turn', [packed(one), frame(OP.TEXT, command(2)), packed(one)], ['reply 1', 'reply 2', 'reply 1']],
        ['many', Array.from({ length: 50 }, (_, n) => packed(deflated(command(n)))), Array.from({ length: 50 }, (_, n) => `reply ${n}`)],
    ]);
    const replies = (frames) => frames.filter(({ opcode }) => opcode === OP.TEXT);
    const agreed = replies(await playAll(eager, rows, { headers: OFFER }));
    assert.ok(agreed.length > 200 && agreed.every(({ compressed }) => compressed), 'all that was agreed on is compressed');
    for (const bits of [8, 15])
        await playAll(eager, rows, { headers: [`Sec-WebSocket-Extensions: ${PMD}; server_max_window_bits=${bits}`], ways: ['whole'] });
    const lazy = replies(await playAll(server, rows, { headers: OFFER, ways: ['whole'] }));
    assert.ok(lazy.every(({ compressed }) => !compressed), 'what is short is left alone');
});

test('who has compressed and is idle holds no window', { skip: isSanitized() && 'a build with sanitizers keeps what was freed' }, async (t) => {
    const [FEW, MANY, WINDOW] = [50, 300, 32 * 1024];
    const eager = await serve(t, { args: ['--workers', '1', '--limit', 'deflate_min_bytes=64'] });
    const all = [];
    t.after(() => all.forEach((raw) => raw.destroy()));
    const residentBytes = async () =>
        1024 * Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${eager.child.pid}/status`, 'utf8'))[1]);
    const openUntil = async (count) => {
        while (all.length < count) {
            const raw = await Raw.connect(eager);
            all.push(raw);
            await raw.upgrade(OFFER);
            raw.write(packed(deflated(command(1, 4000))));
            assert.ok((await raw.frame()).compressed);
        }
        return residentBytes();
    };
    const few = await openUntil(FEW);
    const each = (await openUntil(FEW + MANY) - few) / MANY;
    t.diagnostic(`${Math.round(each)} bytes a connection`);
    assert.ok(each < WINDOW / 2, `${each} bytes a connection`);
});

test('a message to many is the same for all, compressed or not', async () => {
    const people = await signUpMany(server, 4);
    const [ann, bob, cleo, dora] = people;
    const room = await ann.createGroup('words', [bob, cleo, dora]);
    const sockets = await Promise.all(people.map((person, n) => person.connect({ deflate: n < 2, by: 'header' })));
    const extensions = sockets.map(({ wire }) => wire.extensions);
    assert.match(extensions[0], /permessage-deflate/);
    assert.equal(extensions[3], '');
    const [sent, saved] = await Promise.all([metric(server, 'natternet_sent_deflated_frames_total'), metric(server, 'natternet_deflate_saved_bytes_total')]);
    for (const size of [1, 100, 1000, 16000]) {
        const words = 'again and again '.repeat(1000).slice(0, size);
        await sockets[0].call('message.send', { room: room.id, nonce: `n${size}`, content: content(words) });
        for (const socket of sockets) {
            const { message } = await socket.next('message.created');
            assert.equal(message.content.text, words);
        }
    }
    const history = await sockets[1].call('room.history', { room: room.id });
    assert.equal(history.messages.length, 4);
    assert.ok(await metric(server, 'natternet_sent_deflated_frames_total') >= sent + 5, 'two messages to two people, and a page');
    assert.ok(await metric(server, 'natternet_deflate_saved_bytes_total') > saved + 40_000);
    assert.ok(await metric(server, 'natternet_received_deflated_messages_total') > 0);
    await Promise.all(sockets.map((socket) => socket.close()));
});
