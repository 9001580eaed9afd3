// What an act costs the server in rooms of so many members, a hundred of whose devices are connected: a post, a
// reaction, a role change, a receipt, a join and a leave. Each is sent when the one before is answered. In a room of
// fewer than a hundred people each has several devices, so that as many hear of it as in the others; but of who has read
// what only the reader's own devices hear in a room of more people than `presence_push_members` (a hundred). Each
// room has a server of its own; the rounds go from one to the next.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectStatus, http } from '../tests/support/http.mjs';
import { Socket } from '../tests/support/socket.mjs';
import { stage } from './stage.mjs';
import { besides, computed, median } from './tools.mjs';

const CONNECTED = 100;
const OUTSIDERS = 50; // who join and leave
const MESSAGES = 20_000;
const BEHIND_MS = 1100;

/** Who has joined leaves before the next joins, so that the room stays as large as it is: those two are done in turn. */
const IN_TURN = [['post'], ['reaction'], ['role change'], ['receipt'], ['join', 'leave']];

export const ACTS = IN_TURN.flat();

const ANSWER = Buffer.from('"reply_to":');

/** Somebody's device, that looks at nothing but the answers to what it asked. */
async function device(server, token) {
    const { wire, hello } = await Socket.open(server, { token });
    let answered;
    wire.removeAllListeners('message');
    wire.on('message', (bytes) => bytes.includes(ANSWER) && answered?.(JSON.parse(bytes)));
    return { id: hello.user.id, call(type, fields) {
        const answer = new Promise((done) => { answered = done; });
        wire.send(JSON.stringify({ id: 1, type, ...fields }));
        return answer.then((reply) => {
            assert.ok(reply.ok, `${type}: ${JSON.stringify(reply)}`);
            return reply;
        });
    } };
}

/**
 * Somebody has read one more message than they had: who writes has read what they write, so this begins behind all that was
 * seeded, and whoever it is that posts here does not read. A marker that stood there already would be answered without being kept.
 */
function receipts(room, behind, devices) {
    const [owner] = devices;
    const readers = devices.filter(({ id }) => id !== owner.id);
    const people = new Set(readers.map(({ id }) => id)).size;
    let given = 0;
    return async () => {
        const seq = behind + 1 + Math.floor(given / people);
        const { read_seq } = await readers[given++ % readers.length].call('room.read', { room, seq });
        assert.equal(read_seq, seq, 'the marker moves to where it was not');
    };
}

/** The acts as functions of a running number; each resolves when it is answered. */
function actsIn(room, members, devices, joiners, ids) {
    const [owner] = devices;
    const first = members + 2; // seq of the first message: the room's making and its members come before
    let at = 0;
    const target = () => ids[1 + (at * 7919) % (ids.length - 1)];
    let joiner;
    return {
        'post': () => owner.call('message.send', { room, content: { type: 'text', text: 'As long as most of what people write to one another.' } }),
        'reaction': () => owner.call('message.react', { room, seq: first + at++ % MESSAGES, emoji: String.fromCodePoint(0x1f600 + Math.floor(at / MESSAGES)) }),
        'role change': () => owner.call('member.update', { room, user_id: target(), role: Math.floor(at++ / (ids.length - 1)) % 2 ? 'member' : 'moderator' }),
        'receipt': receipts(room, first + MESSAGES, devices),
        'join': () => {
            joiner = joiners[at++ % joiners.length];
            return joiner.call('room.join', { room });
        },
        'leave': () => joiner.call('member.remove', { room, user_id: joiner.id }),
    };
}

/**
 * Of acts that are done in turn, each so often: microseconds of the server's processors for one, and milliseconds until it
 * is answered. They are told apart when all that is due to `listener` has gone out behind an act; what is done later yet
 * (receipts are kept and told once a second) is shared by all of them.
 */
async function measure(server, acts, count, listener) {
    const results = acts.map((act) => ({ act, cpu: 0, took: [] }));
    let before = await computed(server.child.pid);
    const since = async () => {
        const [then, now] = [before, await computed(server.child.pid)];
        before = now;
        return now - then;
    };
    for (let n = 0; n < count; n++)
        for (const result of results) {
            const started = performance.now();
            await result.act();
            result.took.push(performance.now() - started);
            if (acts.length > 1) {
                await listener.call('ping');
                result.cpu += await since();
            }
        }
    await sleep(BEHIND_MS);
    const behind = await since() / acts.length;
    return results.map(({ cpu, took }) => ({ cpu_us: (cpu + behind) / count / 1000, p50_ms: median(took) }));
}

/** A server with a room of so many; `use` gets it and what is done there. */
function hall(context, members, use) {
    return stage(context, { people: members + OUTSIDERS, rooms: 1, members, messages: MESSAGES }, async ({ server, place }) => {
        const lines = async (file) => (await readFile(file, 'utf8')).trim().split('\n');
        const [[room], tokens] = [await lines(place.ids), await lines(place.tokens)];
        const inside = Math.min(members, CONNECTED);
        const devices = [];
        for (let n = 0; n < CONNECTED; n++)
            devices.push(await device(server, tokens[n % inside]));
        const joiners = await Promise.all(tokens.slice(members).map((token) => device(server, token)));
        const started = performance.now();
        expectStatus(await http(server, 'PATCH', `/api/v1/rooms/${room}`, { token: tokens[0], body: { visibility: 'public' } }), 200);
        const first_ms = performance.now() - started;
        const ids = await membersOf(server, room, tokens[0], Math.min(members, 20_000));
        return use({ server, listener: devices.at(-1), acts: actsIn(room, members, devices, joiners, ids), results: { first_ms } });
    });
}

/** All of these at once: while the rounds are in one of them the others have nothing to do. */
const halls = (context, [members, ...others], use, open = []) => members === undefined ? use(open)
    : hall(context, members, (one) => halls(context, others, use, [...open, one]));

/**
 * @param {{ directory: string, rounds: number, acts: number }} context `acts`: of each kind, a round
 * @param {number[]} sizes members of each room
 * @returns {Promise<Record<string, { cpu_us: number, p50_ms: number, other: number }[]>[]>} of each room the rounds by the names
 *     in ACTS; `first_ms` is what the first act after the start took
 */
export function roomCosts(context, sizes) {
    return halls(context, sizes, async (all) => {
        const measured = ({ server, acts, listener }, names, count) => measure(server, names.map((name) => acts[name]), count, listener);
        for (const names of IN_TURN) {
            for (const one of all)
                await measured(one, names, context.acts / 5); // what only the first ones touch
            for (let round = 0; round < context.rounds; round++)
                for (const one of all) {
                    const { other, ...each } = await besides(() => measured(one, names, context.acts));
                    names.forEach((name, at) => (one.results[name] ??= []).push({ ...each[at], other }));
                }
        }
        return all.map(({ results }) => results);
    });
}

/** The owner first, and then so many others. */
async function membersOf(server, room, token, most) {
    const ids = [];
    for (let cursor = ''; ids.length < most; ) {
        const page = expectStatus(await http(server, 'GET', `/api/v1/rooms/${room}/members?limit=200${cursor}`, { token }), 200);
        ids.push(...page.members.map(({ user, role }) => [role === 'owner' ? 0 : 1, user.id]));
        if (!page.next)
            break;
        cursor = `&cursor=${encodeURIComponent(page.next)}`;
    }
    return ids.sort(([one], [other]) => one - other).map(([, id]) => id);
}
