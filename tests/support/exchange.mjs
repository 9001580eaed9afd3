// One case of a conformance table: what a client writes after the handshake, and all that the
// server says to it, in order, until it has ended the connection. Each case is played several
// times, its bytes cut in different ways.
//
// Nobody signs in: every text that the server takes has exactly one reply, a refusal that names its
// id, so the whole conversation is known beforehand.

import assert from 'node:assert/strict';
import { closeFrame, OP, Raw } from './raw.mjs';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {Buffer[]} send     the frames, or parts of them
 * @property {string[]} expect   as heard() says it. Without a close at its end the connection is to
 *                               be alive: it is then closed from here
 */

/** A command of exactly `size` bytes; below 19 it is no command, and its reply has no id. */
export function command(id, size = 40) {
    const short = `{"id":${id},"type":"x"}`;
    const room = size - short.length - 8;
    if (size < short.length)
        return 'x'.repeat(size);
    if (room < 0)
        return short.padEnd(size);
    let filling = '';
    while (filling.length < room)
        filling += `word ${(filling.length * 7919) % 1000} `;
    return `{"id":${id},"type":"x","p":"${filling}`.slice(0, size - 2) + '"}';
}

/** What one frame of the server says, in a word. */
function heard({ opcode, payload, text }) {
    switch (opcode) {
    case OP.TEXT:
        return `reply ${JSON.parse(text).reply_to}`;
    case OP.PONG:
        return `pong ${payload.toString('hex')}`;
    case OP.CLOSE:
        assert.notEqual(payload.length, 1);
        new TextDecoder('utf-8', { fatal: true }).decode(payload.subarray(2));
        return payload.length ? `close ${payload.readUInt16BE(0)}` : 'close';
    default:
        return `opcode ${opcode}`;
    }
}

export const pong = (payload) => `pong ${Buffer.from(payload).toString('hex')}`;

const FINE_BYTES = 300;

/** Ways to cut what is sent: into the pieces that are written one by one. */
const BEHIND_THE_HEAD = 'behind the head';
const CUTS = {
    [BEHIND_THE_HEAD]: (send) => [Buffer.concat(send)],
    whole: (send) => [Buffer.concat(send)],
    frames: (send) => send,
    bytes: (send) => cut(send, 1),
    'threes and sevens': (send) => cut(send, 7, 3),
    'all but the last byte': (send) => {
        const all = Buffer.concat(send);
        return [all.subarray(0, -1), all.subarray(-1)];
    },
};

/** In steps, the heads and ends of long frames too; what lies between goes as it is. */
function cut(send, ...steps) {
    const pieces = [];
    for (const part of send) {
        let turn = 0;
        for (let at = 0; at < part.length;) {
            const inside = part.length > FINE_BYTES && at >= 20 && at < part.length - 10;
            const step = inside ? part.length - 10 - at : steps[turn++ % steps.length];
            pieces.push(part.subarray(at, at + step));
            at += step;
        }
    }
    return pieces;
}

async function play(server, one, way, headers) {
    const raw = await Raw.connect(server);
    try {
        const alive = !one.expect.at(-1)?.startsWith('close');
        const pieces = CUTS[way](alive ? [...one.send, closeFrame(1000)] : one.send);
        await raw.upgrade(headers, way === BEHIND_THE_HEAD ? pieces.shift() : undefined);
        for (const piece of pieces) {
            raw.write(piece);
            await new Promise(setImmediate);
        }
        const frames = await raw.framesToEnd();
        assert.deepEqual(frames.map(heard), alive ? [...one.expect, 'close 1000'] : one.expect);
        return frames;
    } catch (error) {
        error.message = `${one.name}, ${way}: ${error.message}`;
        throw error;
    } finally {
        raw.destroy();
    }
}

/** Plays every case in every way. Returns all frames that were heard. */
export async function playAll(server, cases, { headers = [], ways = Object.keys(CUTS) } = {}) {
    const all = [];
    for (const one of cases)
        all.push(...(await Promise.all(ways.map((way) => play(server, one, way, headers)))).flat());
    return all;
}
