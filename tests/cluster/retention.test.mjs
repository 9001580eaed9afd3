// What a room keeps, what its newcomers read and which words it takes, at several servers: what is set at one holds at the
// others at once, and whichever prunes, the others' people see the log begin later and nothing missing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { isForgotten } from '../support/files.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { missing as noMongo, Mongo } from '../support/mongo/mongo.mjs';
import { missing as noNats, Nats } from '../support/nats.mjs';
import { at } from '../support/peers.mjs';
import { addMembers, freshNonce, signUpMany, text } from '../support/people.mjs';
import { SLOW } from '../support/server.mjs';

const SHORT = 600, WALK = 61; // seconds: what rooms keep; between two walks over all rooms
const THUMB = encodeURIComponent('\u{1F44D}');
const missing = noMongo || noNats;
let mongo, nats, one, other;
const hooks = [];

before(async () => {
    if (missing)
        return;
    [mongo, nats] = await Promise.all([Mongo.start(), Nats.start()]);
    const args = ['--workers', '2', '--store', mongo.uri(), '--bus', nats.url];
    const owner = { after: (hook) => hooks.unshift(hook) };
    [one, other] = [await serveWithClock(owner, { args }), await serveWithClock(owner, { args })];
});
after(async () => {
    for (const hook of hooks)
        await hook();
    await nats?.stop();
    await mongo?.dispose();
});

const turnClocks = (seconds) => Promise.all([one, other].map((server) => server.turnClock(seconds * 1000)));
const set = async (who, room, fields) => expectStatus(await who.patch(`/rooms/${room.id}`, { ...fields, nonce: freshNonce() }), 200);
const send = (who, room, words) => who.post(`/rooms/${room.id}/messages`, { content: text(words), nonce: freshNonce() });
const wordsOf = async (who, room) => expectStatus(await who.get(`/rooms/${room.id}/messages`), 200).messages.map(({ content }) => content.text);

async function until(holds, what) {
    const end = Date.now() + 30_000 * SLOW;
    while (!await holds()) {
        assert.ok(Date.now() < end, what);
        await new Promise((done) => setTimeout(done, 50));
    }
}

test('words that a room does not take are refused at the other server from the answer on', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const room = await ann.createGroup('filtered', [bob]);
    const bobThere = at(other, bob);
    expectStatus(await send(bobThere, room, 'casino one'), 201);
    await set(ann, room, { filters: { words: ['casino'] } });
    expectProblem(await send(bobThere, room, 'casino two'), 422, 'content.filtered');
    await set(ann, room, { filters: null });
    expectStatus(await send(bobThere, room, 'casino three'), 201);
});

test('who joins at one server reads what the room said at the other a moment before', { skip: missing }, async () => {
    const [ann, bob, cal, dan] = await signUpMany(one, 4);
    const room = await ann.createGroup('history', [bob]);
    await ann.say(room, 'before');
    expectStatus(await at(other, ann).patch(`/rooms/${room.id}`, { history: 'joined', nonce: freshNonce() }), 200);
    await addMembers(ann, room, [cal]);
    await ann.say(room, 'after');
    for (const server of [one, other]) {
        assert.deepEqual(await wordsOf(at(server, cal), room), ['after']);
        assert.deepEqual(await wordsOf(at(server, bob), room), ['before', 'after']);
    }
    await set(ann, room, { history: 'all' });
    await addMembers(at(other, ann), room, [dan]);
    assert.deepEqual(await wordsOf(dan, room), ['before', 'after']);
    assert.deepEqual(await wordsOf(at(other, cal), room), ['after'], 'who is there gains nothing');
});

test('what is too old is gone at both servers, whichever prunes, and who is connected misses nothing', { skip: missing }, async () => {
    const [ann, bob] = await signUpMany(one, 2);
    const bobThere = at(other, bob);
    const room = await ann.createGroup('short', [bob]);
    const far = await bobThere.connect();
    const old = await ann.say(room, 'huitzilopochtli');
    await bobThere.say(room, 'huitzilopochtli too');
    await until(async () => (await Promise.all([ann, bobThere].map(async (who) => 
        expectStatus(await who.get('/search?q=huitzilopochtli'), 200).results.length))).every((count) => count === 2), 'both have it in their index');
    const kept = await set(ann, room, { retention_s: SHORT });
    assert.equal((await bobThere.room(room)).retention_s, SHORT);
    const { last_seq: gone } = kept;
    await turnClocks(SHORT + 1);
    assert.deepEqual(await wordsOf(bobThere, room), []);
    assert.equal((await bobThere.room(room)).first_seq, gone + 1);
    expectProblem(await bobThere.put(`/rooms/${room.id}/messages/${old.seq}/reactions/${THUMB}`, {}), 404, 'message.not_found');
    const fresh = await ann.say(room, 'fresh');
    const figures = async () => (await Promise.all([one, other].map(metrics))).map((all) => all.natternet_events_pruned_total);
    await until(async () => (await figures()).reduce((sum, count) => sum + count, 0) >= gone, 'pruned by either');
    assert.equal((await figures()).reduce((sum, count) => sum + count, 0), gone, 'each event once');
    for (const who of [ann, bob, at(other, ann), bobThere]) {
        const view = await who.room(room);
        assert.deepEqual([view.first_seq, view.last_seq], [fresh.seq, fresh.seq]);
        assert.deepEqual((await who.events(room)).map(({ seq }) => seq), [fresh.seq]);
        assert.deepEqual(expectStatus(await who.get('/search?q=huitzilopochtli'), 200).results, []);
    }
    for (const who of [bob, bobThere]) {
        const read = expectStatus(await who.put(`/rooms/${room.id}/read`, { seq: old.seq }), 200);
        assert.deepEqual([read.read_seq, read.unread], [gone, 1]);
    }
    expectStatus(await at(other, ann).delete(`/rooms/${room.id}/messages/${fresh.seq}`), 200, 204);
    const next = await ann.say(room, 'next');
    await far.until(() => far.events.some((event) => event.room === room.id && event.seq === next.seq), 'the next one is heard');
    const live = far.events.filter((event) => event.room === room.id && event.seq).map(({ seq }) => seq);
    assert.deepEqual(live, Array.from({ length: next.seq - live[0] + 1 }, (_, n) => live[0] + n), 'no gap');
    const { rooms: [entry] } = await far.call('sync', { rooms: { [room.id]: 2 }, limit: 200 });
    assert.equal(entry.first_seq, fresh.seq);
    await turnClocks(SHORT + 1 + WALK); // then the index of the one that did not prune is looked at, too
    for (const server of [one, other])
        await isForgotten(server.data, 'huitzilopochtli');
    await far.close();
});
