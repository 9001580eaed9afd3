// An update rolls through three servers under load, behind the load balancer of packaging/: each in turn is told to stop, ends its
// people's connections, and comes back. Nothing is lost, nothing is there twice, and nobody waits long; nor do
// programs that leave all of it to our SDK.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledgedMore, begin, gather } from '../support/crowd.mjs';
import { missingHaproxy, startBalancer } from '../support/front.mjs';
import { missing as noMongo } from '../support/mongo/mongo.mjs';
import { missing as noNats } from '../support/nats.mjs';
import { announceSeed } from '../support/seed.mjs';
import { startClient } from '../support/sdk.mjs';
import { SLOW, within } from '../support/server.mjs';
import { untilReadyz } from '../support/ready.mjs';

const missing = noMongo || noNats || missingHaproxy;
const SIZE = { people: 12, rooms: 4, roomsEach: 4, restMs: 100, args: ['--limit', 'drain_s=2'] };
/** What is promised of a send meanwhile (docs/design/cluster.md); it takes 1.5 s on two busy cores. */
const LONGEST_MS = 5_000 * SLOW;
const PROGRAMS = 4;

/** Programs by our SDK in one room, each of which says a number, then the next one once that stands. */
async function startPrograms(t, door) {
    const clients = [];
    for (let n = 0; n < PROGRAMS; n++)
        clients.push(await startClient(t, door));
    const room = await clients[0].rooms.createGroup('programs', clients.slice(1).map(({ user }) => user.id));
    const programs = clients.map((client) => ({ client, heard: [], opened: 0, said: 0 }));
    for (const program of programs) {
        program.client.on('message', ({ message }) => { program.heard.push(message); program.onHeard?.(); });
        program.client.on('connection', (now) => { program.opened += now === 'online'; });
    }
    const state = { over: false };
    const saying = Promise.all(programs.map(async (program) => {
        while (!state.over || !program.said)
            await program.client.sendText(room.id, `${program.client.user.id} ${++program.said}`);
    }));
    saying.catch(() => {});
    return { programs, end() { state.over = true; return within(30_000 * SLOW, 'all is sent', saying); } };
}

/** Each heard all, once, in the order of the room, and moved to another server by itself. */
async function expectHeardAll(programs) {
    const all = programs.reduce((sum, { said }) => sum + said, 0);
    for (const { client, heard, opened, ...program } of programs) {
        await within(30_000 * SLOW, `${all} messages`, new Promise((done) => {
            const look = () => heard.length >= all && done();
            client.on('message', look);
            look();
        }));
        assert.equal(heard.length, all);
        heard.reduce((before, { seq }) => { assert.ok(seq > before, 'each once, in order'); return seq; }, 0);
        assert.ok(opened >= 1, `${program.said} said, and it never moved`);
    }
}

test('while an update rolls through the servers no send takes long, and none is lost or repeated', { skip: missing }, async (t) => {
    const state = await begin(t, announceSeed('rolling update'), SIZE);
    const door = await startBalancer(t, state.servers);
    state.doors = [door];
    const { programs, end: endPrograms } = await startPrograms(t, door);
    const { meanwhile, end } = gather(state);
    for (const server of state.servers) {
        await Promise.race([acknowledgedMore(state, 20), meanwhile]);
        await Promise.race([server.restart(), meanwhile]);
        await untilReadyz(server, 200);
    }
    await Promise.race([acknowledgedMore(state, 30), meanwhile]);
    await endPrograms();
    await expectHeardAll(programs);
    await end();
    t.diagnostic(JSON.stringify(state.counts));
    assert.ok(state.counts.lost >= SIZE.people, 'everybody had to go to another server');
    assert.ok(state.counts.longestMs < LONGEST_MS, `the longest send took ${state.counts.longestMs} ms`);
});
