// Three servers, people spread over them who talk all the time, while servers die, NATS goes and comes and
// one server is cut from it: everybody gets every event, on each connection in order and once, and what was
// acknowledged is in the log, once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectSameLog, Follower } from '../support/follower.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { Nats, missing as noNats, Wire } from '../support/nats.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { announceSeed } from '../support/seed.mjs';
import { untilReadyz } from '../support/ready.mjs';
import { serve } from '../support/server.mjs';

const missing = noMongo || noNats;
const SERVERS = 3, PEOPLE = 12, ROOMS = 4, BETWEEN = 60; // acknowledged messages from one fault to the next
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

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
            if (error.code === 'ERR_ASSERTION')
                throw error;
            await pause(100);
        }
        follower.isThere = false;
    }
}

/** One message, with one nonce until it is acknowledged. */
async function say(follower, room, state) {
    const nonce = freshNonce();
    state.counts.sent++;
    for (let tries = 0; ; tries++) {
        state.counts.retried += tries > 0;
        const reply = follower.isThere && await follower.socket.request('message.send',
            { room: room.id, nonce, content: text(nonce) }).catch(() => undefined);
        if (reply?.ok) {
            state.counts.duplicates += reply.duplicate;
            state.acknowledged.set(nonce, [room.id, reply.seq]);
            state.progress?.();
            return reply.seq;
        }
        if (reply)
            assert.match(reply.error.code, /^(store\.unavailable|server\.busy)$/, JSON.stringify(reply));
        await pause(50);
    }
}

async function talk(follower, state) {
    while (!state.silent) {
        await say(follower, state.chance.pick(state.rooms), state);
        await pause(state.chance.between(1, 200));
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
        await Promise.all(servers.map((server) => untilReadyz(server, 503)));
        await pause(1500);
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
};

/** Live alone, without another sync: everybody's log reaches the end of each room. */
async function expectAllHeard(followers, state) {
    const ends = new Map();
    for (const [at, room] of state.rooms.entries())
        ends.set(room.id, await say(followers[at], room, state));
    for (const follower of followers)
        for (const [room, seq] of ends)
            await follower.socket.until(() => follower.log(room).last >= seq, `${room} up to ${seq}`, 5000);
}

test('nobody misses anything while servers, NATS and the ways between fail', { skip: missing }, async (t) => {
    const chance = announceSeed('cluster storm');
    const [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    t.after(() => mongo.dispose());
    t.after(() => nats.stop());
    const wires = await Promise.all(Array.from({ length: SERVERS }, () => Wire.to(nats.port)));
    t.after(() => wires.forEach((wire) => wire.close()));
    const servers = await Promise.all(wires.map((wire) =>
        serve({ after() {} }, { args: ['--workers', '2', '--store', mongo.uri(), '--bus', wire.url] })));
    t.after(() => Promise.all(servers.map((server) => server.dispose())));

    const people = await signUpMany(servers[0], PEOPLE);
    const rooms = [];
    for (let n = 0; n < ROOMS; n++)
        rooms.push(await people[n].createGroup(`room ${n}`, people));
    const state = { chance, nats, wires, servers, rooms, acknowledged: new Map(),
        counts: { sent: 0, retried: 0, duplicates: 0, lost: 0 } };
    const followers = people.map((person) => new Follower(person));
    const staying = Promise.all(followers.map((follower) => stay(follower, state)));
    const talking = Promise.all(followers.map((follower) => talk(follower, state)));
    const meanwhile = Promise.all([staying, talking]);
    meanwhile.catch(() => {});

    for (const [name, fault] of Object.entries(faults)) {
        await Promise.race([acknowledgedMore(state, BETWEEN), meanwhile]);
        await Promise.race([fault(state), meanwhile]);
        t.diagnostic(`${name}: ${JSON.stringify(state.counts)}`);
    }
    await Promise.race([acknowledgedMore(state, BETWEEN), meanwhile]);
    state.silent = true;
    await talking;
    while (!followers.every((follower) => follower.isThere))
        await Promise.race([pause(50), staying]);
    await expectAllHeard(followers, state);
    state.over = true;
    await Promise.all(followers.map((follower) => follower.socket.close()));
    await staying;

    const found = new Map();
    for (const room of rooms) {
        people[0].server = chance.pick(servers);
        const truth = await expectSameLog(people[0], room, followers.map((follower) => follower.log(room.id)));
        for (const event of truth.filter(({ type }) => type === 'message.created')) {
            assert.ok(!found.has(event.message.nonce), 'once');
            found.set(event.message.nonce, [room.id, event.seq]);
        }
    }
    for (const [nonce, place] of state.acknowledged)
        assert.deepEqual(found.get(nonce), place, 'what was acknowledged is there with its number');
    assert.equal(found.size, state.acknowledged.size, 'and nothing else');
    t.diagnostic(`${JSON.stringify(state.counts)}, ${state.acknowledged.size} acknowledged in ${ROOMS} rooms`);
});
