// RFC 6455, rule by rule, in tables. Compression is deflate.test.mjs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { command, playAll, pong } from '../support/exchange.mjs';
import { closeFrame, frame, OP } from '../support/raw.mjs';
import { serve } from '../support/server.mjs';

const LIMIT = 65536;
const server = await serve({ after });

const text = (id, size) => frame(OP.TEXT, command(id, size));
const reply = (id, size = 40) => `reply ${size < 19 ? null : id}`;
const hex = (...bytes) => Buffer.from(bytes);
const table = (rows) => rows.map(([name, send, expect]) => ({ name, send, expect }));
const check = (name, rows, options) => test(name, () => playAll(server, table(rows), options));

/** The head of a masked frame with its length in a form of our choice. */
const oddHead = (first, ...length) => Buffer.from([first, ...length, 1, 2, 3, 4]);

// ---- 5.2: lengths, reserved bits, opcodes, masks ----

check('texts of every border length', [
    ...[0, 1, 2, 18, 19, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536].map((size) =>
        [`${size} bytes`, [text(1, size)], [reply(1, size)]]),
    ['all in a row', [0, 125, 126, 127, 65535, 65536, 0].map((size, n) => text(n, size)),
        [0, 125, 126, 127, 65535, 65536, 0].map((size, n) => reply(n, size))],
    ...[65537, 131072].map((size) => [`${size} bytes`, [text(1, size).subarray(0, 20)], ['close 1009']]),
    ...[2 ** 31, 2 ** 32, 2 ** 53].map((length) =>
        [`${length} promised`, [frame(OP.TEXT, '', { length })], ['close 1009']]),
]);

check('lengths in more bytes than needed, or with the highest bit', [
    ...[0, 1, 124, 125].map((n) => [`${n} in 16 bits`, [oddHead(0x81, 0xfe, 0, n)], ['close 1002']]),
    ...[[0, 0], [0, 125], [0, 126], [0xff, 0xff]].map(([high, low]) =>
        [`${high * 256 + low} in 64 bits`, [oddHead(0x81, 0xff, 0, 0, 0, 0, 0, 0, high, low)], ['close 1002']]),
    ['2^63', [oddHead(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0)], ['close 1002']],
    ['2^64 - 1', [oddHead(0x81, 0xff, ...Array(8).fill(0xff))], ['close 1002']],
    ['2^63 - 1', [oddHead(0x81, 0xff, 0x7f, ...Array(7).fill(0xff))], ['close 1009']],
]);

check('reserved bits', [1, 2, 3, 4, 5, 6, 7].flatMap((rsv) => [
    ...Object.entries(OP).map(([name, opcode]) =>
        [`${rsv} on ${name}`, [text(1), frame(opcode, 'abc', { rsv }), text(2)], [reply(1), 'close 1002']]),
    [`${rsv} within a message`, [frame(OP.TEXT, '{', { fin: false }), frame(OP.CONTINUATION, '}', { rsv })], ['close 1002']],
    [`${rsv} on an empty text`, [frame(OP.TEXT, '', { rsv })], ['close 1002']],
]));

check('reserved opcodes', [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
    [`${opcode}, empty`, [frame(opcode)], ['close 1002']],
    [`${opcode}, with payload`, [frame(opcode, 'payload')], ['close 1002']],
    [`${opcode}, not final`, [frame(opcode, 'x', { fin: false })], ['close 1002']],
    [`${opcode} between texts`, [text(1), frame(opcode), text(2)], [reply(1), 'close 1002']],
    [`${opcode} within a message`, [frame(OP.TEXT, '{', { fin: false }), frame(opcode), frame(OP.CONTINUATION, '}')], ['close 1002']],
]));

check('masks', [
    ...[[0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 1], [1, 2, 3, 4], [128, 0, 255, 127]].flatMap((key) =>
        [19, 20, 21, 22, 23, 125, 126, 1000].map((size) =>
            [`${key} on ${size} bytes`, [frame(OP.TEXT, command(7, size), { key })], [reply(7)]])),
    ...Object.entries(OP).map(([name, opcode]) =>
        [`none on ${name}`, [text(1), frame(opcode, 'ab', { mask: false })], [reply(1), 'close 1002']]),
    ['none on an empty text', [frame(OP.TEXT, '', { mask: false })], ['close 1002']],
    ['none on a fragment', [frame(OP.TEXT, '{', { fin: false }), frame(OP.CONTINUATION, '}', { mask: false })], ['close 1002']],
]);

check('binary messages are not understood', [
    ...[0, 1, 125, 126, 65535, 65536].map((size) => [`${size} bytes`, [frame(OP.BINARY, Buffer.alloc(size))], ['close 1003']]),
    ['in fragments', [frame(OP.BINARY, 'a', { fin: false }), frame(OP.CONTINUATION, 'b')], ['close 1003']],
    ['behind a text', [text(1), frame(OP.BINARY, 'a')], [reply(1), 'close 1003']],
    ['within a text', [frame(OP.TEXT, 'a', { fin: false }), frame(OP.BINARY, 'b')], ['close 1002']],
]);

// ---- 5.4: fragments ----

function fragments(payload, size) {
    const bytes = Buffer.from(payload);
    const parts = [];
    for (let at = 0; at < bytes.length; at += size)
        parts.push(frame(at ? OP.CONTINUATION : OP.TEXT, bytes.subarray(at, at + size), { fin: at + size >= bytes.length }));
    return parts;
}

const between = (parts, what) => parts.flatMap((part, n) => n ? [what, part] : [part]);
const open = (payload) => frame(OP.TEXT, payload, { fin: false });
const more = (payload, fin = false) => frame(OP.CONTINUATION, payload, { fin });

check('fragments', [
    ...[1, 2, 3, 5, 8, 13, 21, 34, 39, 40].map((size) => [`of ${size} bytes`, fragments(command(1), size), [reply(1)]]),
    ...[1, 7].map((size) => [`of ${size} bytes, pings between`, between(fragments(command(1), size), frame(OP.PING, '?')),
        [...Array(Math.ceil(40 / size) - 1).fill(pong('?')), reply(1)]]),
    ['pongs between', between(fragments(command(1), 4), frame(OP.PONG, 'unasked')), [reply(1)]],
    ['empty ones around', [open(''), more(''), more(command(1)), more(''), more('', true)], [reply(1)]],
    ['all empty', [open(''), more(''), more('', true)], ['reply null']],
    ['two messages', [...fragments(command(1), 9), ...fragments(command(2), 11)], [reply(1), reply(2)]],
    ['then a whole one', [...fragments(command(1), 9), text(2)], [reply(1), reply(2)]],
    ['of 16384 bytes, to the limit', fragments(command(1, LIMIT), 16384), [reply(1)]],
    ['of 16384 bytes, a byte past the limit', fragments(command(1, LIMIT + 1), 16384), ['close 1009']],
    ['the first beyond the limit', [frame(OP.TEXT, '', { fin: false, length: LIMIT + 1 })], ['close 1009']],
    ['more than the limit promised', [open('x'), frame(OP.CONTINUATION, '', { length: LIMIT })], ['close 1009']],
    ['nothing to continue', [more('x', true)], ['close 1002']],
    ['nothing to continue, not final', [more('x'), more('y', true)], ['close 1002']],
    ['nothing to continue after a message', [text(1), more('x', true)], [reply(1), 'close 1002']],
    ['nothing to continue after fragments', [...fragments(command(1), 20), more('x', true)], [reply(1), 'close 1002']],
    ['a text within a message', [open('x'), frame(OP.TEXT, 'y')], ['close 1002']],
    ['a first fragment within a message', [open('x'), open('y')], ['close 1002']],
    ['a text within a message, after a ping', [open('x'), frame(OP.PING), frame(OP.TEXT, 'y')], [pong(''), 'close 1002']],
]);

// ---- 5.5: control frames ----

const EVERY_BYTE = Buffer.from(Array.from({ length: 125 }, (_, n) => n * 2 + 5 & 255));

check('pings and pongs', [
    ...['', '?', 'x'.repeat(124), 'x'.repeat(125), hex(0, 255, 254, 253), EVERY_BYTE].map((payload) =>
        [`ping of ${payload.length} bytes`, [frame(OP.PING, payload)], [pong(payload)]]),
    ['ten pings', Array.from({ length: 10 }, (_, n) => frame(OP.PING, `ping ${n}`)), Array.from({ length: 10 }, (_, n) => pong(`ping ${n}`))],
    ...['', 'x', EVERY_BYTE].map((payload) => [`unasked pong of ${payload.length} bytes`, [frame(OP.PONG, payload)], []]),
    ['an unasked pong, then a ping', [frame(OP.PONG, 'no'), frame(OP.PING, 'yes')], [pong('yes')]],
    ['between texts', [text(1), frame(OP.PING, 'a'), text(2), frame(OP.PING, 'b')], [reply(1), pong('a'), reply(2), pong('b')]],
    ...[['PING', OP.PING], ['PONG', OP.PONG], ['CLOSE', OP.CLOSE]].flatMap(([name, opcode]) => [
        [`${name} of 126 bytes`, [frame(opcode, Buffer.alloc(126, 3))], ['close 1002']],
        [`${name} of 65536 bytes`, [frame(opcode, '', { length: LIMIT })], ['close 1002']],
        [`${name} in fragments`, [frame(opcode, hex(3, 232), { fin: false }), more('', true)], ['close 1002']],
        [`${name} not final, empty`, [frame(opcode, '', { fin: false })], ['close 1002']],
        [`${name} not final within a message`, [open('x'), frame(opcode, '', { fin: false })], ['close 1002']],
    ]),
]);

check('who breaks the protocol hears nothing more, not even a pong', [
    ...[3, 7, 11, 15].map((opcode) => [`opcode ${opcode}, then a ping`, [text(1), frame(opcode, 'x'), frame(OP.PING, 'x')], [reply(1), 'close 1002']]),
    ...[1, 2, 4, 7].map((rsv) => [`bits ${rsv} on a text, then a ping`, [text(1), frame(OP.TEXT, command(2), { rsv }), frame(OP.PING, 'x')], [reply(1), 'close 1002']]),
    ['a ping of 126 bytes, then one that is right', [frame(OP.PING, Buffer.alloc(126)), frame(OP.PING, 'x')], ['close 1002']],
    ['what is not masked, then what is', [frame(OP.TEXT, command(1), { mask: false }), text(2), frame(OP.PING, 'x')], ['close 1002']],
    ['what is not UTF-8, then a ping', [frame(OP.TEXT, hex(0xff)), frame(OP.PING, 'x')], ['close 1007']],
    ['a binary message, then a ping', [frame(OP.BINARY, 'x'), frame(OP.PING, 'x')], ['close 1003']],
    ['too large a message, then a ping', [text(1, LIMIT + 1), frame(OP.PING, 'x')], ['close 1009']],
    ['a close in the midst of fragments, then the rest and a ping', [open('{'), closeFrame(1000), more('}', true), frame(OP.PING, 'x')], ['close 1000']],
]);

// ---- 10.4: what is large, and what is many ----

const LARGE = 16 * 1024 * 1024;
test('messages to 16 MiB, whole and in fragments of any size, where the operator allows them', async (t) => {
    const roomy = await serve(t, { args: ['--limit', `frame_bytes=${LARGE}`, '--limit', `session_queue_bytes=${4 * LARGE}`] });
    const sizes = [256 * 1024, 1024 * 1024, 4 * 1024 * 1024, LARGE];
    const rows = [
        ...sizes.map((size) => [`${size} bytes`, [text(1, size)], [reply(1, size)]]),
        ...[64, 256, 1024, 16384, 1024 * 1024].map((size) =>
            [`4 MiB in fragments of ${size}`, [Buffer.concat(fragments(command(1, sizes[2]), size))], [reply(1)]]),
        ['a byte past the limit', [text(1, LARGE + 1).subarray(0, 20)], ['close 1009']],
    ];
    await playAll(roomy, table(rows), { ways: ['whole'] });
    const letters = 'κόσμε '.repeat(100_000);
    const long = Buffer.from(`{"id":1,"type":"x","p":"${letters}"}`);
    await playAll(roomy, table([
        ['1.1 MB of letters of two bytes, cut at odd places', [Buffer.concat(fragments(long, 997))], [reply(1)]],
        ['the same, with a byte that is none at its end', [Buffer.concat([...fragments(long, 997).slice(0, -1), more(hex(0xff), true)])], ['close 1007']],
    ]), { ways: ['whole'] });
});

check('a thousand messages in a row, of every kind of length', [0, 16, 64, 256, 1024, 4096].map((size) =>
    [`of ${size} bytes`, [Buffer.concat(Array.from({ length: 1000 }, (_, n) => text(n, size < 19 ? size : Math.max(size, 40))))],
        Array.from({ length: 1000 }, (_, n) => reply(n, size))]), { ways: ['whole', 'behind the head'] });

// ---- 7.4: the end ----

const MAY_COME = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999];
const MUST_NOT = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32768, 65535];

check('close codes', [
    ...MAY_COME.flatMap((code) => [
        [`${code}`, [closeFrame(code)], [`close ${code}`]],
        [`${code} with a reason`, [closeFrame(code, 'good-bye, 再见')], [`close ${code}`]],
    ]),
    ...MUST_NOT.flatMap((code) => [
        [`${code}`, [closeFrame(code)], ['close 1002']],
        [`${code} with a reason`, [closeFrame(code, 'bye')], ['close 1002']],
    ]),
]);

check('close frames', [
    ['empty', [frame(OP.CLOSE)], ['close']],
    ['half a code', [frame(OP.CLOSE, hex(3))], ['close 1002']],
    ['the longest reason', [closeFrame(1000, 'x'.repeat(123))], ['close 1000']],
    ['a reason too long', [closeFrame(1000, 'x'.repeat(124))], ['close 1002']],
    ['a reason that is not UTF-8', [closeFrame(1000, hex(0xce, 0xba, 0xed, 0xa0, 0x80))], ['close 1007']],
    ['a reason cut off', [closeFrame(1000, hex(0x62, 0xe2, 0x82))], ['close 1007']],
    ['text before it', [text(1), closeFrame(1000)], [reply(1), 'close 1000']],
    ['text after it', [closeFrame(1000), text(1)], ['close 1000']],
    ['a ping after it', [closeFrame(1000), frame(OP.PING, 'x')], ['close 1000']],
    ['another after it', [closeFrame(1000), closeFrame(1001)], ['close 1000']],
    ['garbage after it', [closeFrame(1000), Buffer.alloc(300, 0xff)], ['close 1000']],
    ['much after it', [closeFrame(1000), text(1, LIMIT), text(2, LIMIT)], ['close 1000']],
    ['within a message', [open('{'), closeFrame(1001), more('}', true)], ['close 1001']],
    ['within a message cut off in a letter', [open(hex(0xe2, 0x82)), closeFrame(1001)], ['close 1001']],
    ['text after a fault', [frame(3), text(1)], ['close 1002']],
    ['a close after a fault', [frame(3), closeFrame(1000)], ['close 1002']],
]);

// ---- 8.1: UTF-8 ----

const VALID = [
    'hello', 'κόσμε', 'Hellø, wörld: ÄÖÜäöüß', '日本語', '😀👩‍👩‍👧‍👦🏳️‍🌈', '\u0000', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000',
    '\uffff', '\ufffe', '\ufdd0', '\ufeff', '\u{10000}', '\u{1fffe}', '\u{10ffff}', 'e\u0301', '\u202eabc',
].map((one) => Buffer.from(one));

const bad = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const INVALID = [
    '80', 'bf', '80 bf 80', 'fe', 'ff', 'fe fe ff ff', 'c0', 'c1', 'f5 80 80 80', 'f7 bf bf bf', 'f8 88 80 80 80', 'fb bf bf bf bf',
    'fc 84 80 80 80 80', 'fd bf bf bf bf bf', // bytes that never stand there
    'c2 20', 'df 20', 'e0 20', 'ef 20', 'f0 20', 'f4 20', 'e1 80 20', 'f1 80 20', 'f1 80 80 20', 'c2 c2', 'e1 80 e1', 'f1 80 80 f1', // too little follows
    'c0 80', 'c0 af', 'c1 bf', 'e0 80 80', 'e0 80 af', 'e0 9f bf', 'f0 80 80 80', 'f0 80 80 af', 'f0 8f bf bf', // longer than need be
    'ed a0 80', 'ed ad bf', 'ed ae 80', 'ed af bf', 'ed b0 80', 'ed be 80', 'ed bf bf', 'ed a0 80 ed b0 80', 'ed af bf ed bf bf', // surrogates
    'f4 90 80 80', 'f4 bf bf bf', // past U+10FFFF
].map(bad);
const CUT_OFF = ['c2', 'df', 'e0', 'e0 a0', 'e1', 'e1 80', 'ef bf', 'ed 9f', 'f0', 'f0 90', 'f0 90 80', 'f4', 'f4 8f', 'f4 8f bf'].map(bad);

/** How many bytes can be read before it is clear that they are no UTF-8. */
function goodFor(bytes) {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for (let at = 0; at < bytes.length; at++) {
        try {
            decoder.decode(bytes.subarray(at, at + 1), { stream: true });
        } catch {
            return at + 1;
        }
    }
    return undefined;
}

const around = (bytes) => Buffer.concat([Buffer.from('Κό 😀 '), bytes, Buffer.from(' tail')]);

check('text that is UTF-8', VALID.flatMap((bytes) => [
    [`${bytes.toString('hex')}`, [frame(OP.TEXT, bytes)], ['reply null']],
    [`${bytes.toString('hex')} in the midst`, [frame(OP.TEXT, around(bytes))], ['reply null']],
    [`${bytes.toString('hex')} byte by byte`, [open(''), ...[...bytes].map((byte) => more(hex(byte))), more('', true)], ['reply null']],
]));

check('text that is not UTF-8', INVALID.flatMap((bytes) => [
    [`${bytes.toString('hex')}`, [frame(OP.TEXT, bytes)], ['close 1007']],
    [`${bytes.toString('hex')} in the midst`, [frame(OP.TEXT, around(bytes))], ['close 1007']],
    [`${bytes.toString('hex')} byte by byte`, [open(''), ...[...bytes].map((byte) => more(hex(byte))), more('', true)], ['close 1007']],
]));

check('text that is not UTF-8 is refused at the first byte that shows it', INVALID.flatMap((bytes) => {
    const whole = around(bytes);
    const first = whole.subarray(0, goodFor(whole));
    return [
        [`${bytes.toString('hex')} in a first fragment`, [open(first)], ['close 1007']],
        [`${bytes.toString('hex')} in a later fragment`, [open(first.subarray(0, -1)), more(first.subarray(-1))], ['close 1007']],
        [`${bytes.toString('hex')} in half a frame`, [frame(OP.TEXT, first, { length: 300 })], ['close 1007']],
    ];
}));

check('text cut off within a letter', CUT_OFF.flatMap((bytes) => [
    [`${bytes.toString('hex')}`, [frame(OP.TEXT, bytes)], ['close 1007']],
    [`${bytes.toString('hex')} behind others`, [frame(OP.TEXT, Buffer.concat([Buffer.from('abc'), bytes]))], ['close 1007']],
    [`${bytes.toString('hex')}, then an empty last fragment`, [open(bytes), more('', true)], ['close 1007']],
    [`${bytes.toString('hex')}, a ping, then another letter`, [open(bytes), frame(OP.PING, '1'), more('a', true)], [pong('1'), 'close 1007']],
    [`${bytes.toString('hex')} carried into no other message`, [text(1), frame(OP.TEXT, bytes)], [reply(1), 'close 1007']],
]));

test('the oracle of these tables agrees with them', () => {
    for (const bytes of VALID)
        assert.equal(goodFor(bytes), undefined, bytes.toString('hex'));
    for (const bytes of INVALID)
        assert.ok(goodFor(bytes), bytes.toString('hex'));
    for (const bytes of CUT_OFF)
        assert.equal(goodFor(bytes), undefined, bytes.toString('hex'));
});
