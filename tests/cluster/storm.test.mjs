// Three servers, people spread over them who talk all the time, while servers die, NATS goes and comes, one
// server is cut from it and the database dies: everybody gets every event, on each connection in order and once,
// and what was acknowledged is in the log, once.
//
// A short one; NATTERNET_STORM=long is 300 people in 30 rooms for more than a minute (make test-all).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectSameLog, Follower } from '../support/follower.mjs';
import { metrics } from '../support/metrics.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { Nats, missing as noNats, Wire } from '../support/nats.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
const SERVERS = 3;
/** `between`: acknowledged messages from one fault to the next; `restMs`: at most, after each message. */
const SIZE = process.env.NATTERNET_STORM === 'long'
    ? { people: 300, rooms: 30, roomsEach: 3, rounds: 3, between: 600, restMs: 4000, outageMs: 10_000, leastMs: 60_000 }
    : { people: 12, rooms: 4, roomsEach: 4, rounds: 1, between: 60, restMs: 200, outageMs: 1500, leastMs: 0 };
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

const TRY_LATER = /store\.unavailable|server\.busy/;

/** Connected for as long as there is a server: to another one after each loss, with sync. */
async function stay(follower, state) {
    while (!state.over) {
        follower.person.server = state.chance.pick(state.servers);
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

/** One message, with one nonce until it is acknowledged. */
async function say(follower, room, state) {
    const nonce = freshNonce();
    state.counts.sent++;
    for (let tries = 0; ;) {
        const reply = follower.isThere && await follower.socket.request('message.send',
            { room: room.id, nonce, content: text(nonce) }).catch(() => undefined);
        if (reply !== false)
            state.counts.retried += tries++ > 0;
        if (reply?.ok) {
            state.counts.duplicates += reply.duplicate;
            state.acknowledged.set(nonce, [room.id, reply.seq]);
            state.progress?.();
            return reply.seq;
        }
        if (reply)
            assert.match(reply.error.code, TRY_LATER, JSON.stringify(reply));
        await pause(50);
    }
}

async function talk(follower, state) {
    while (!state.silent) {
        await say(follower, state.chance.pick(follower.rooms), state);
        await pause(state.chance.between(1, SIZE.restMs));
    }
}

/** Resolves when so many more were acknowledged. */
function acknowledgedMore(state, count) {
    const goal = state.acknowledged.size + count;
    return new Promise((done) => {
        state.progress = () => state.acknowledged.size >= goal && done();
        state.progress();
    });
}

const faults = {
    async 'a server dies'({ servers, chance }) {
        const server = chance.pick(servers);
        await server.kill();
        await pause(500);
        await server.launch();
        await untilReadyz(server, 200);
    },
    async 'NATS is stopped and started'({ nats, servers }) {
        await nats.stop();
        await Promise.all([pause(SIZE.outageMs), ...servers.map((server) => untilReadyz(server, 503))]);
        await nats.launch();
        await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    },
    async 'a server is cut from NATS and healed'({ servers, wires, chance }) {
        const at = chance.between(0, SERVERS - 1);
        wires[at].cut();
        await untilReadyz(servers[at], 503);
        wires[at].heal();
        await untilReadyz(servers[at], 200);
    },
    async 'the database dies and comes back'({ mongo, servers }) {
        await mongo.kill();
        await Promise.all(servers.map((server) => untilReadyz(server, 503)));
        await mongo.restart();
        await Promise.all(servers.map((server) => untilReadyz(server, 200)));
    },
};

/** Live alone, without another sync: everybody's log reaches the end of each room. */
async function expectAllHeard(followers, state) {
    const ends = new Map();
    for (const room of state.rooms)
        ends.set(room.id, await say(followers.find(({ rooms }) => rooms.includes(room)), room, state));
    for (const follower of followers)
        for (const { id } of follower.rooms)
            await follower.socket.until(() => follower.log(id).last >= ends.get(id), `${id} up to ${ends.get(id)}`, 10_000);
}

/** Rooms that overlap: everybody is in as many, the first of the rooms' people makes it. */
async function makeRooms(people) {
    const followers = people.map((person) => Object.assign(new Follower(person), { rooms: [] }));
    const rooms = [];
    for (let n = 0; n < SIZE.rooms; n++) {
        const members = followers.filter((_, at) => Array.from({ length: SIZE.roomsEach }, (__, step) =>
            (at + step * Math.floor(SIZE.rooms / SIZE.roomsEach)) % SIZE.rooms).includes(n));
        rooms.push(await members[0].person.createGroup(`room ${n}`, members.slice(1).map(({ person }) => person)));
        members.forEach((follower) => follower.rooms.push(rooms[n]));
    }
    return { followers, rooms };
}

async function begin(t, chance) {
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    t.after(() => mongo.dispose());
    t.after(() => nats.stop());
    const wires = await Promise.all(Array.from({ length: SERVERS }, () => Wire.to(nats.port)));
    t.after(() => wires.forEach((wire) => wire.close()));
    const servers = await Promise.all(wires.map((wire) =>
        serve({ after() {} }, { args: ['--workers', '2', '--store', mongo.uri(), '--bus', wire.url] })));
    t.after(() => Promise.all(servers.map((server) => server.dispose())));
    const { followers, rooms } = await makeRooms(await signUpMany(servers[0], SIZE.people));
    return { chance, mongo, nats, wires, servers, followers, rooms, acknowledged: new Map(),
        counts: { sent: 0, retried: 0, duplicates: 0, lost: 0, refused: 0 } };
}

/** All faults, by chance in another order each round, with people who talk before, between and after. */
async function rage(t, state, meanwhile) {
    const began = Date.now();
    for (let round = 0; round < SIZE.rounds || Date.now() < began + SIZE.leastMs; round++) {
        const left = Object.keys(faults);
        while (left.length > 0) {
            const [name] = left.splice(state.chance.between(0, left.length - 1), 1);
            await Promise.race([acknowledgedMore(state, SIZE.between), meanwhile]);
            await Promise.race([faults[name](state), meanwhile]);
            t.diagnostic(`${name}: ${JSON.stringify(state.counts)}`);
        }
    }
    await Promise.race([acknowledgedMore(state, SIZE.between), meanwhile]);
}

/** Each room's log is whole, the same for all who are in it, and holds what was acknowledged, once, with its number. */
async function expectLogsHold(state) {
    const found = new Map();
    for (const room of state.rooms) {
        const members = state.followers.filter(({ rooms }) => rooms.includes(room));
        members[0].person.server = state.chance.pick(state.servers);
        const truth = await expectSameLog(members[0].person, room, members.map((follower) => follower.log(room.id)));
        for (const event of truth.filter(({ type }) => type === 'message.created')) {
            assert.ok(!found.has(event.message.nonce), 'once');
            found.set(event.message.nonce, [room.id, event.seq]);
        }
    }
    for (const [nonce, place] of state.acknowledged)
        assert.deepEqual(found.get(nonce), place, 'what was acknowledged is there with its number');
    assert.equal(found.size, state.acknowledged.size, 'and nothing else');
}

const holesFilled = async (servers) => (await Promise.all(servers.map(metrics)))
    .reduce((sum, figures) => sum + figures.natternet_followed_total, 0);

test('nobody misses anything while servers, NATS, the database and the ways between fail', { skip: missing }, async (t) => {
    const state = await begin(t, announceSeed('cluster storm'));
    const { followers, counts } = state;
    const staying = Promise.all(followers.map((follower) => stay(follower, state)));
    const talking = Promise.all(followers.map((follower) => talk(follower, state)));
    const meanwhile = Promise.all([staying, talking]);
    meanwhile.catch(() => {});

    await rage(t, state, meanwhile);
    state.silent = true;
    await talking;
    while (!followers.every((follower) => follower.isThere))
        await Promise.race([pause(50), staying]);
    await expectAllHeard(followers, state);
    state.over = true;
    await Promise.all(followers.map((follower) => follower.socket.close()));
    await staying;
    await expectLogsHold(state);
    t.diagnostic(`${SIZE.people} people, ${SIZE.rooms} rooms, ${SERVERS} servers: ${state.acknowledged.size} acknowledged, ` +
        `${JSON.stringify(counts)}, ${await holesFilled(state.servers)} events of other servers read since their last start`);
});
