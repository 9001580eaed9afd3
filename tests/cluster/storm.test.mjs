// Three servers, people spread over them who talk, edit, delete and react all the time, and guests who come and go, while servers
// die, NATS goes and comes, one server is cut from it and the database dies: everybody gets every event, on each connection in
// order and once, what was acknowledged is in the log, once, and every server and everybody has the same messages, reactions
// and members as the log.
//
// 300 people in 30 rooms for a minute; NATTERNET_STORM=long goes on for ten (make test-all).

import { test } from 'node:test';
import { acknowledgedMore, begin, gather, holesFilled, pause } from '../support/crowd.mjs';
import { missing as noMongo } from '../support/mongo/mongo.mjs';
import { missing as noNats } from '../support/nats.mjs';
import { announceSeed } from '../support/seed.mjs';
import { untilReadyz } from '../support/ready.mjs';

const missing = noMongo || noNats;
/** `between`: acts that were answered from one fault to the next; `restMs`: at most, after each of them. */
const SIZE = {
    people: 300, rooms: 30, roomsEach: 3, guests: 8, between: 600, restMs: 4000, outageMs: 10_000,
    leastMs: process.env.NATTERNET_STORM === 'long' ? 600_000 : 60_000,
};

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
        const at = chance.between(0, servers.length - 1);
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

/** All faults, by chance in another order each round, at least once each, with people who talk before, between and after. */
async function rage(t, state, meanwhile) {
    const end = Date.now() + SIZE.leastMs;
    for (let round = 0; round === 0 || Date.now() < end; round++) {
        const left = Object.keys(faults);
        while (left.length > 0 && (round === 0 || Date.now() < end)) {
            const [name] = left.splice(state.chance.between(0, left.length - 1), 1);
            await Promise.race([acknowledgedMore(state, SIZE.between), meanwhile]);
            await Promise.race([faults[name](state), meanwhile]);
            t.diagnostic(`${name}: ${JSON.stringify(state.counts)}`);
        }
    }
    await Promise.race([acknowledgedMore(state, SIZE.between), meanwhile]);
}

test('nobody misses anything while servers, NATS, the database and the ways between fail', { skip: missing }, async (t) => {
    const state = await begin(t, announceSeed('cluster storm'), SIZE);
    const { meanwhile, end } = gather(state);
    await rage(t, state, meanwhile);
    await end();
    t.diagnostic(`${SIZE.people} people, ${SIZE.rooms} rooms, ${state.servers.length} servers: ${state.acknowledged.size} acknowledged, ` +
        `${JSON.stringify(state.done)}, ${JSON.stringify(state.counts)}, ${await holesFilled(state.servers)} holes filled since their last start`);
});
