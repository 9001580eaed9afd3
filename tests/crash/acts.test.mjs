// kill -9 between an act and its answer: done again with the same nonce, from two devices, every act of a room
// ends in one event, and in the same room for everybody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveWithAdmin } from '../support/admin.mjs';
import { expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { attempt, doIt, expectOnce, expectOneView, feedOf, RETRIED, watchedStage } from '../support/retry.mjs';
import { announceSeed } from '../support/seed.mjs';

const ROUNDS = 2; // down all acts
const KILLS = 4; // around the time of what was scheduled
const SLOWEST_MS = 1.5; // that an act takes, usually

/** By the clock, more exactly than a timer. */
async function moment(ms) {
    for (const end = performance.now() + ms; performance.now() < end; )
        await new Promise((done) => setImmediate(done));
}

/** Kills the server at some moment between `act` and its answer. @returns {Promise<boolean>} whether it was answered before */
async function killDuring(server, act, ms) {
    const answer = act().then(() => true, () => false);
    await moment(ms);
    await server.kill();
    const wasAnswered = await answer;
    await server.launch();
    return wasAnswered;
}

test('an act whose answer was lost is done once, however often it is sent and from however many devices', async (t) => {
    const chance = announceSeed('acts');
    const server = await serveWithAdmin(t, { args: ['--workers', '2'] });
    let [answered, there] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
        const stage = await watchedStage(server);
        for (const act of RETRIED) {
            const tried = await attempt(stage, act);
            const first = await tried.who.connect();
            answered += await killDuring(server, () => doIt(tried, stage, tried.who, first), chance.next() * SLOWEST_MS);
            const devices = [tried.who, tried.other, tried.who];
            const answers = await Promise.all(devices.map(async (device) => doIt(tried, stage, device, await device.connect())));
            there += answers.every(({ body }) => body?.duplicate !== false);
            await expectOnce(tried, stage, answers);
            await act.afterwards?.(stage, 'owner', tried.fields);
        }
        await stage.away.connect();
        await stage.live.connect();
        await expectOneView(stage.room, stage.of.member, { 'in two parts': stage.live.log(stage.room.id), 'in one go': stage.away.log(stage.room.id) });
    }
    t.diagnostic(`of ${ROUNDS * RETRIED.length} acts ${answered} were answered before the end, ${there} were there when they were sent again`);
});

test('a group whose answer was lost is made once, for all who are in it', async (t) => {
    const chance = announceSeed('rooms');
    const server = await serveWithAdmin(t, { args: ['--workers', '2'] });
    const [ann, bob] = await signUpMany(server, 2);
    const laptop = await ann.signInAgain();
    for (let round = 0; round < KILLS; round++) {
        const body = { kind: 'group', name: `made ${round}`, members: [bob.id], nonce: freshNonce() };
        await killDuring(server, () => ann.post('/rooms', body), chance.next() * SLOWEST_MS);
        const made = await Promise.all([ann, laptop, ann].map(async (device) => expectStatus(await device.post('/rooms', body), 200, 201).id));
        assert.equal(new Set(made).size, 1);
        for (const person of [laptop, bob]) {
            const { rooms } = expectStatus(await person.get('/rooms'), 200);
            assert.deepEqual(rooms.filter(({ name }) => name === body.name).map(({ id }) => id), [made[0]]);
            const types = (await person.events({ id: made[0] })).map(({ type }) => type);
            assert.deepEqual(types.toSorted(), ['room.created', 'room.user.joined', 'room.user.joined']);
        }
    }
});

test('a feed entry whose answer was lost is there once, with one rev, on both devices', async (t) => {
    const chance = announceSeed('feed');
    const server = await serveWithAdmin(t, { args: ['--workers', '2'] });
    const stage = await watchedStage(server);
    const { seq } = await stage.owner.say(stage.room, 'to be followed, saved and hidden');
    const laptop = await stage.owner.signInAgain();
    const entries = Object.entries(feedOf(stage, seq, freshNonce()));
    for (const [key, value] of entries) {
        const first = await stage.owner.connect();
        await killDuring(server, () => first.call('feed.put', { key, value }), chance.next() * SLOWEST_MS);
        const sockets = await Promise.all([stage.owner.connect(), laptop.connect()]);
        await Promise.all(sockets.map((socket) => socket.call('feed.put', { key, value })));
        const seen = await Promise.all(sockets.map(async (socket) => (await socket.call('sync', { rooms: {}, rev: 0 })).me));
        assert.deepEqual(seen[0], seen[1]);
        assert.equal(seen[0].filter((entry) => entry.key === key).length, 1, key);
    }
});

test('a message that was scheduled is sent once, whenever the server is killed around its time', async (t) => {
    const chance = announceSeed('scheduled');
    const server = await serveWithAdmin(t, { args: ['--workers', '2'] });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('later', [bob]);
    for (let round = 0; round < KILLS; round++) {
        const nonce = freshNonce();
        const entry = await ann.put(`/me/feed/scheduled:${room.id}.${nonce}`, { value: { delay_s: 0, content: text('once') } });
        assert.equal(entry.status, 200);
        await new Promise((done) => setTimeout(done, chance.between(0, 1100)));
        await server.kill();
        await server.launch();
        const socket = await ann.connect();
        const waits = async () => (await ann.get('/me/feed?family=scheduled')).body.entries.length > 0;
        while (await waits())
            await new Promise((done) => setTimeout(done, 20));
        await socket.call('ping', {});
        const made = (await bob.events(room)).filter((event) => event.message?.nonce === nonce);
        assert.equal(made.length, 1, `round ${round}`);
    }
});
