// Many people at the servers of a cluster, who talk all the time and stay: what happens to the servers meanwhile is
// the test's. At the end everybody has heard everything, on each connection in order and once, and what was acknowledged
// is in the log, once.

import assert from 'node:assert/strict';
import { chooseAct, expectSameViews } from './crowd_acts.mjs';
import { expectSameLog, Follower } from './follower.mjs';
import { metrics } from './metrics.mjs';
import { Mongo } from './mongo/mongo.mjs';
import { Nats, Wire } from './nats.mjs';
import { freshNonce, signUpMany, text } from './people.mjs';
import { serve } from './server.mjs';

const SERVERS = 3;
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** Once all are silent: for as long as a machine may take that does much else. */
const HEARD_MS = 120_000;
const TRY_LATER = /store\.unavailable|server\.busy/;

/** Connected for as long as there is a server: to another one after each loss, with sync; by `state.doors`, where a test gave some. */
async function stay(follower, state) {
    while (!state.over) {
        follower.person.server = state.chance.pick(state.doors ?? state.servers);
        try {
            await follower.connect();
            follower.isThere = true;
            await follower.socket.closed;
            state.counts.lost++;
        } catch (error) {
            if (error.code === 'ERR_ASSERTION' && !TRY_LATER.test(error.message))
                throw error;
            state.counts.refused++;
            await follower.socket?.drop().catch(() => {});
            await pause(100);
        }
        follower.isThere = false;
    }
}

function acknowledge(state, follower, nonce, room, { seq }, began) {
    state.acknowledged.set(nonce, [room.id, seq]);
    wasAnswered(state, follower, began);
}

function wasAnswered(state, follower, began) {
    state.counts.longestMs = Math.max(state.counts.longestMs, Date.now() - began);
    state.answered++;
    follower.answered++;
}

/** One message, with one nonce until it is acknowledged. */
function say(follower, room, state) {
    state.counts.sent++;
    return insist(follower, room, state, freshNonce());
}

async function insist(follower, room, state, nonce, began = Date.now()) {
    const reply = await untilAnswered(follower, 'message.send', { room: room.id, nonce, content: text(nonce) }, state);
    assert.ok(reply.ok, JSON.stringify(reply.error));
    acknowledge(state, follower, nonce, room, reply, began);
    state.progress?.();
    return reply.seq;
}

/** An act with one nonce, however often it takes; a refusal that is not for now alone is an answer, too. */
async function untilAnswered(follower, command, fields, { counts }) {
    for (let tries = 0; ;) {
        const reply = follower.isThere && await follower.socket.request(command, fields).catch(() => undefined);
        if (reply !== false)
            counts.retried += tries++ > 0;
        if (reply?.ok)
            counts.duplicates += reply.duplicate;
        if (reply && (reply.ok || !TRY_LATER.test(reply.error.code)))
            return reply;
        await pause(50);
    }
}

/** Whatever people do, one thing. */
async function doSomething(follower, room, state) {
    const act = chooseAct(follower, room, state), began = Date.now();
    if (!act) {
        await say(follower, room, state);
        return;
    }
    const reply = await untilAnswered(follower, act.command, act.fields, state);
    if (!reply.ok)
        assert.match(reply.error.code, act.refusals, `${act.command} ${JSON.stringify(act.fields)}`);
    state.done[act.name] = (state.done[act.name] ?? 0) + reply.ok;
    wasAnswered(state, follower, began);
    state.progress?.();
}

/** Several at once: what one connection sends is numbered in the order sent. Who got no answer says it again. */
async function sayMany(follower, room, state) {
    const nonces = Array.from({ length: state.size.burst }, freshNonce), { socket } = follower;
    const began = Date.now();
    state.counts.sent += nonces.length;
    const came = [];
    const replies = await Promise.all(nonces.map(async (nonce, at) => {
        const reply = await socket.request('message.send', { room: room.id, nonce, content: text(nonce) }).catch(() => undefined);
        came[at] = Date.now();
        return reply;
    }));
    const numbers = replies.filter((reply) => reply?.ok).map(({ seq }) => seq);
    assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b), 'in the order sent');
    for (const [at, reply] of replies.entries()) {
        if (reply?.ok)
            acknowledge(state, follower, nonces[at], room, reply, Date.now() - (came[at] - began));
        else // one after the other: each by its own time
            await insist(follower, room, state, nonces[at], Date.now());
    }
    state.progress?.();
}

async function talk(follower, state) {
    while (!state.silent) {
        const says = state.size.burst && follower.isThere ? sayMany : state.size.guests ? doSomething : say;
        await says(follower, state.chance.pick(follower.rooms), state);
        await pause(state.chance.between(1, state.size.restMs));
    }
}

/** Resolves when so many more were answered. */
export function acknowledgedMore(state, count) {
    const goal = state.answered + count;
    return new Promise((done) => {
        state.progress = () => state.answered >= goal && done();
        state.progress();
    });
}

/** Resolves when each of them was answered so often more. */
export function everybodyAnswered(state, count) {
    const goals = state.followers.map((follower) => [follower, follower.answered + count]);
    return new Promise((done) => {
        state.progress = () => goals.every(([follower, goal]) => follower.answered >= goal) && done();
        state.progress();
    });
}

/** Live alone, without another sync: everybody's log reaches the end of each room. */
async function expectAllHeard(followers, state) {
    const ends = new Map();
    for (const room of state.rooms)
        ends.set(room.id, await say(followers.find(({ rooms }) => rooms.includes(room)), room, state));
    for (const follower of followers)
        for (const { id } of follower.rooms)
            await follower.socket.until(() => follower.log(id).last >= ends.get(id), `${id} up to ${ends.get(id)}`, HEARD_MS);
}

/** Rooms that overlap: everybody is in as many, the first of the rooms' people makes it. */
async function makeRooms(people, size) {
    const followers = people.map((person) => Object.assign(new Follower(person), { rooms: [], owns: new Map(), reacted: [], answered: 0 }));
    const rooms = [];
    for (let n = 0; n < size.rooms; n++) {
        const members = followers.filter((_, at) => Array.from({ length: size.roomsEach }, (__, step) =>
            (at + step * Math.floor(size.rooms / size.roomsEach)) % size.rooms).includes(n));
        rooms.push(await members[0].person.createGroup(`room ${n}`, members.slice(1).map(({ person }) => person)));
        members.forEach((follower) => follower.rooms.push(rooms[n]));
        members[0].owns.set(rooms[n], new Set());
    }
    return { followers, rooms };
}

/** @param {{ people: number, rooms: number, roomsEach: number, restMs: number, burst?: number, guests?: number, args?: string[] }} size
 *  `restMs`: at most, after each message, or so many at once; `guests`: how many are let into rooms and out again, while people do all else
 *  that they do in rooms */
export async function begin(t, chance, size) {
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    t.after(() => mongo.dispose());
    t.after(() => nats.stop());
    const wires = await Promise.all(Array.from({ length: SERVERS }, () => Wire.to(nats.port)));
    t.after(() => wires.forEach((wire) => wire.close()));
    const servers = await Promise.all(wires.map((wire) =>
        serve({ after() {} }, { args: ['--workers', '2', '--store', mongo.uri(), '--bus', wire.url, ...size.args ?? []] })));
    t.after(() => Promise.all(servers.map((server) => server.dispose())));
    const people = await signUpMany(servers[0], size.people + (size.guests ?? 0));
    const { followers, rooms } = await makeRooms(people.slice(0, size.people), size);
    return { size, chance, mongo, nats, wires, servers, followers, rooms, acknowledged: new Map(), answered: 0, guests: people.slice(size.people), done: {},
        counts: { sent: 0, retried: 0, duplicates: 0, lost: 0, refused: 0, longestMs: 0 } };
}

/** Each room's log is whole, the same for all who are in it, and holds what was acknowledged, once, with its number. */
async function expectLogsHold(state) {
    const found = new Map(), truths = new Map();
    for (const room of state.rooms) {
        const members = state.followers.filter(({ rooms }) => rooms.includes(room));
        members[0].person.server = state.chance.pick(state.servers);
        const truth = await expectSameLog(members[0].person, room, members.map((follower) => follower.log(room.id)));
        truths.set(room, truth);
        for (const event of truth.filter(({ type }) => type === 'message.created')) {
            assert.ok(!found.has(event.message.nonce), 'once');
            found.set(event.message.nonce, [room.id, event.seq]);
        }
    }
    for (const [nonce, place] of state.acknowledged)
        assert.deepEqual(found.get(nonce), place, 'what was acknowledged is there with its number');
    assert.equal(found.size, state.acknowledged.size, 'and nothing else');
    await expectSameViews(state, truths);
}

export const holesFilled = async (servers) => (await Promise.all(servers.map(metrics)))
    .reduce((sum, figures) => sum + figures.natternet_holes_filled_total, 0);

/** Everybody stays and talks; `end` resolves when all are there again and have heard all, and the logs hold. */
export function gather(state) {
    const { followers } = state;
    const staying = Promise.all(followers.map((follower) => stay(follower, state)));
    const talking = Promise.all(followers.map((follower) => talk(follower, state)));
    const meanwhile = Promise.all([staying, talking]);
    meanwhile.catch(() => {});
    const end = async () => {
        state.silent = true;
        await talking;
        while (!followers.every((follower) => follower.isThere))
            await Promise.race([pause(50), staying]);
        await expectAllHeard(followers, state);
        state.over = true;
        await Promise.all(followers.map((follower) => follower.socket.close()));
        await staying;
        await expectLogsHold(state);
    };
    return { meanwhile, end };
}
