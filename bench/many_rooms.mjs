// Somebody who is in thousands of rooms signs in, lists them and says sync, on a new device and on one that has seen
// everything; as the SDK does it.

import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { expectStatus, http } from '../tests/support/http.mjs';
import { Socket } from '../tests/support/socket.mjs';
import { followed } from './finding.mjs';
import { stage } from './stage.mjs';
import { besides, computed } from './tools.mjs';

const MEMBERS = 20; // of each room
const MESSAGES = 20; // in each
const PASSWORD = 'correct horse battery';
const ROOMS_AT_ONCE = 2000; // that one command names
const EVENTS_A_ROOM = 200;
const ROOMS_WITH_A_PAGE = 200; // of the others, so many events:
const EVENTS_FOR_THE_LIST = 5;

/** All pages of the list. */
async function list(server, token, agent) {
    const rooms = [];
    for (let cursor = ''; cursor !== null; ) {
        const page = expectStatus(await http(server, 'GET', `/api/v1/rooms?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, { token, agent }), 200);
        rooms.push(...page.rooms);
        cursor = page.next;
    }
    return rooms;
}

/** What has been seen, in parts that fit a frame each. */
function parts(seen) {
    const sorted = [...seen].sort(([one], [other]) => (one < other ? -1 : 1));
    const all = [];
    for (let at = 0; at < sorted.length; at += ROOMS_AT_ONCE) {
        const some = sorted.slice(at, at + ROOMS_AT_ONCE);
        all.push({ rooms: Object.fromEntries(some), ...at && { after: sorted[at - 1][0] },
            ...at + ROOMS_AT_ONCE < sorted.length && { through: some.at(-1)[0] } });
    }
    return all.length ? all : [{ rooms: {} }];
}

/** @returns {Promise<Map<string, number>>} the rooms that came, and their last seq */
async function sync(socket, seen) {
    const found = new Map();
    for (const part of parts(seen)) {
        const ask = (cursor) => socket.call('sync', { ...part, rev: 0, limit: EVENTS_A_ROOM,
            ...found.size >= ROOMS_WITH_A_PAGE && { newest: EVENTS_FOR_THE_LIST }, ...cursor && { cursor } });
        for (let asked = ask(); asked; ) {
            const reply = await asked;
            reply.rooms.forEach(({ room, last_seq }) => found.set(room, last_seq));
            asked = reply.next && ask(reply.next);
        }
    }
    return found;
}

/** Seconds that each step took, and of the server's processors. */
async function arrive(server, login, seen) {
    const agent = new Agent({ keepAlive: true });
    const took = {};
    const step = async (name, work) => {
        const [started, before] = [performance.now(), await computed(server.child.pid)];
        const result = await work();
        took[name] = { s: (performance.now() - started) / 1000, cpu_s: (await computed(server.child.pid) - before) / 1e9 };
        return result;
    };
    const { access_token: token } = await step('sign in', async () =>
        expectStatus(await http(server, 'POST', '/api/v1/auth/signin', { body: { login, password: PASSWORD }, agent }), 200));
    const rooms = await step('list', () => list(server, token, agent));
    const socket = await step('connect', () => Socket.open(server, { token }));
    const found = await step('sync', () => sync(socket, seen));
    socket.wire.terminate();
    agent.destroy();
    return { took, s: Object.values(took).reduce((sum, one) => sum + one.s, 0), rooms, found };
}

/**
 * @param {{ directory: string, rounds: number, rooms: number }} context
 * @returns {Promise<{ fresh: object[], returning: object[] }>} the rounds of each: seconds in all, and of each step
 */
export function manyRooms(context) {
    const shape = { people: MEMBERS, members: MEMBERS, rooms: context.rooms, messages: context.rooms * MESSAGES, password: PASSWORD };
    return stage(context, shape, async ({ server, place }) => {
        await followed(server, context.rooms * MESSAGES); // a server that has just started has all of them to put into its index
        const last = new Map(Object.entries(await lastSeqs(place, server, context.rooms)));
        const each = async (seen, expected) => {
            const all = [];
            for (let round = 0; round < context.rounds; round++) {
                const { rooms, found, ...times } = await besides(() => arrive(server, `p${round}x`, seen));
                if (rooms.length !== context.rooms || found.size !== expected)
                    throw new Error(`${rooms.length} rooms listed, ${found.size} of ${expected} came by sync`);
                all.push(times);
            }
            return all;
        };
        return { fresh: await each(new Map(), context.rooms), returning: await each(last, 0) };
    });
}

/** What a device knows that has seen everything. */
async function lastSeqs(place, server, count) {
    const [token] = (await readFile(place.tokens, 'utf8')).split('\n', 1);
    const rooms = await list(server, token);
    if (rooms.length !== count)
        throw new Error(`${rooms.length} rooms`);
    return Object.fromEntries(rooms.map(({ id, last_seq }) => [id, last_seq]));
}
