// What a measurement needs around it: a data directory filled through the store, a server on it, the
// limits beside it, rounds that alternate.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load, median, most, program, startServer, whole } from './tools.mjs';

const execute = promisify(execFile);
const SEED_S = 1800;

/** A day, so that the tokens that seed made outlive every run. */
export const LIMITS = ['--limit', 'access_token_s=86400', '--limit', 'room_members=1000000', '--limit', 'sockets_per_user=20000'];

/**
 * Fills a directory: `people` with a token each, `rooms` of `members`, `messages` in all.
 * @returns {Promise<{data: string, tokens: string, lists: string, ids: string}>}
 */
export async function seed(context, shape) {
    const directory = join(context.directory, `stage-${context.stages = (context.stages ?? 0) + 1}`);
    await mkdir(directory, { recursive: true });
    const place = { directory, data: join(directory, 'data'), tokens: join(directory, 'tokens'),
        lists: join(directory, 'lists'), ids: join(directory, 'ids') };
    const args = Object.entries({ data: place.data, tokens: place.tokens, lists: place.lists, ids: place.ids, ...shape })
        .flatMap(([name, value]) => value === true ? [`--${name}`] : [`--${name}`, String(value)]);
    await execute(program('seed'), args, { timeout: SEED_S * 1000 });
    return place;
}

/** A server on a seeded directory; `use` gets it and the options with which a load signs in. */
export async function stage(context, shape, use, args = [], cores = undefined) {
    const place = await seed(context, shape);
    const server = await startServer(place.data, [...LIMITS, ...args], cores);
    try {
        const login = { path: '/api/v1/ws', header: 'Authorization: Bearer {token}', await: 'connection.connected',
            port: server.port, tokens: place.tokens, pid: server.child.pid, 'connect-timeout': 120,
            fault: '"ok":false' };
        const rooms = shape.rooms ? { rooms: place.ids } : {};
        return await use({ server, place, login: { ...login, ...rooms } });
    } finally {
        await server.dispose();
        await rm(place.directory, { recursive: true, force: true });
    }
}

/** Runs ours and the limit in turn; the median of each, and what else the machine did meanwhile. */
export async function rounds(context, ours, limit, figure) {
    const [measured, against, other] = [[], [], []];
    for (let round = 0; round < context.rounds; round++) {
        const one = whole(await ours(round));
        measured.push(figure(one));
        other.push(one.other_cpu_s / one.seconds);
        if (limit)
            against.push(await limit(one));
    }
    return { measured: median(measured), limit: limit && median(against), all: { measured, limit: limit && against, other }, other: most(other) };
}

/** Bytes of what a frame to a receiver carries, so that a bare one comes to as many as ours did with its head. */
export function payloadOf(ours) {
    const frame = Math.round(ours.bytes_per_s / ours.delivered_per_s);
    return frame - (frame < 126 + 2 ? 2 : 4);
}

/** A message of a hundred bytes whose {t} comes back in what is delivered. */
export const SEND = { key: 'time=', size: 240 };
export const sendMessage = (nonce) => `{"id":{seq},"type":"message.send","room":"{room}","nonce":"${nonce}.{i}.{seq}",`
    + '"content":{"type":"text","text":"time={t} {pad}"}}';

/** The same, where what is measured is the acknowledgement. */
export const ACKNOWLEDGE = { key: '"reply_to":', size: 240 };
export const sendAndWait = (nonce) => `{"id":{t},"type":"message.send","room":"{room}","nonce":"${nonce}.{i}.{seq}",`
    + '"content":{"type":"text","text":"{pad}"}}';

export const statusKb = async (pid, name) => {
    const text = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)[1]);
};

export { load };
