// The database dies by kill -9 while people write, and comes back; so does the server. What was
// acknowledged is there, once, with the number that its sender was told.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { missing, Mongo } from '../support/mongo/mongo.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { freshDirectory, run, serve } from '../support/server.mjs';

const OUTAGES = 3;
const BETWEEN = 60; // acknowledged messages from one outage to the next

/** Writes until it is told to stop; what the store could not take goes again with its nonce. */
async function write(person, room, state) {
    const socket = await person.connect();
    while (!state.done) {
        const nonce = freshNonce();
        let reply;
        do
            reply = await socket.request('message.send', { room: room.id, nonce, content: text(nonce) });
        while (!reply.ok && reply.error.code === 'store.unavailable');
        assert.ok(reply.ok, JSON.stringify(reply));
        state.acknowledged.set(nonce, reply.seq);
        state.progress?.();
    }
    await socket.close();
}

const readiness = (server) => http(server, 'GET', '/readyz').then((answer) => answer.status);

async function until(server, status) {
    while (await readiness(server) !== status)
        await new Promise((done) => { setTimeout(done, 50); });
}

/** Resolves when so many more were acknowledged. */
function acknowledgedMore(state, count) {
    const goal = state.acknowledged.size + count;
    return new Promise((done) => {
        state.progress = () => state.acknowledged.size >= goal && done();
        state.progress();
    });
}

async function assertAllThere(person, rooms, acknowledged) {
    const found = new Map();
    for (const room of rooms) {
        const events = await person.events(room);
        assert.deepEqual(events.map((event) => event.seq), events.map((_, at) => at + 1), 'no gap, no repetition');
        for (const { message } of events.filter((event) => event.type === 'message.created')) {
            assert.ok(!found.has(message.nonce), 'once');
            found.set(message.nonce, message.seq);
        }
    }
    for (const [nonce, seq] of acknowledged)
        assert.equal(found.get(nonce), seq, 'what was acknowledged is there with its number');
}

test(`nothing acknowledged is lost when the database dies ${OUTAGES} times`, { skip: missing }, async (t) => {
    const mongo = await Mongo.start();
    t.after(() => mongo.dispose());
    const server = await serve(t, { args: ['--workers', '2', '--store', mongo.uri()] });
    const people = await signUpMany(server, 4);
    const rooms = [await people[0].createGroup('one', people.slice(1)), await people[1].createGroup('two', people)];
    const state = { acknowledged: new Map() };
    const writing = Promise.all(people.map((person, at) => write(person, rooms[at % 2], state)));
    for (let outage = 0; outage < OUTAGES; outage++) {
        await acknowledgedMore(state, BETWEEN);
        await mongo.kill();
        await until(server, 503);
        await mongo.restart();
        await until(server, 200);
    }
    await acknowledgedMore(state, BETWEEN);
    state.done = true;
    await writing;
    await assertAllThere(people[0], rooms, state.acknowledged);
    await server.restart({ hard: true });
    await assertAllThere(people[0], rooms, state.acknowledged);
    t.diagnostic(`${state.acknowledged.size} messages acknowledged`);
});

test('a server says what is wrong with its store, and never the password', async (t) => {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true }));
    const uri = 'mongodb://ann:secret@127.0.0.1:1/?serverSelectionTimeoutMS=300';
    const { code, stderr } = await run(['serve', '--listen', '127.0.0.1:0', '--data', data, '--store', uri]);
    assert.equal(code, 1);
    assert.match(stderr, /store\.open_failed.*127\.0\.0\.1:1/);
    assert.doesNotMatch(stderr, /secret/);
});

test('what a server did not finish before it died is finished by the next', { skip: missing }, async (t) => {
    const mongo = await Mongo.start();
    t.after(() => mongo.dispose());
    const server = await serve(t, { args: ['--store', mongo.uri()] });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('left', [bob]);
    for (let round = 0; round < 4; round++) {
        const answers = Array.from({ length: 20 }, () => ann.post(`/rooms/${room.id}/messages`,
            { nonce: freshNonce(), content: text('going') }).catch(() => undefined));
        await Promise.race(answers);
        await server.restart({ hard: true });
        await Promise.all(answers);
        const { last_seq: last } = await ann.room(room);
        const events = await ann.events(room);
        assert.equal(events.length, last, 'the room knows all of its log');
        const { messages } = expectStatus(await ann.get(`/rooms/${room.id}/messages?limit=200`), 200);
        assert.equal(messages.length, events.filter((event) => event.type === 'message.created').length);
    }
});

test('a server stops within ten seconds though its database is gone and people wait for it', { skip: missing }, async (t) => {
    const mongo = await Mongo.start();
    t.after(() => mongo.dispose());
    const server = await serve(t, { args: ['--workers', '2', '--store', mongo.uri()] });
    const people = await signUpMany(server, 4);
    const room = await people[0].createGroup('left', people.slice(1));
    await mongo.kill();
    const answers = people.map((person) => person.post(`/rooms/${room.id}/messages`,
        { nonce: freshNonce(), content: text('anybody there?') }).catch(() => undefined));
    await until(server, 503);
    await server.stop(); /* says how long it may take */
    await Promise.all(answers);
    await mongo.restart();
});

/** People who write, put something in order, read and search, so that all of a server's ways to its store are in use. */
function ask(people, room) {
    return Promise.all(people.flatMap((person) => [
        person.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('anybody there?') }),
        person.patch(`/rooms/${room.id}`, { retention_s: 60, nonce: freshNonce() }),
        person.get(`/rooms/${room.id}/messages`),
        person.get('/search?q=there'),
        person.get('/rooms'),
    ].map((answer) => answer.catch(() => undefined))));
}

for (const [what, fail] of [['falls silent', async (mongo) => mongo.freeze()], ['dies', (mongo) => mongo.kill()]])
    test(`a server that is told to stop just when its database ${what} stops within ten seconds`, { skip: missing }, async (t) => {
        const mongo = await Mongo.start();
        t.after(() => mongo.dispose());
        const server = await serve(t, { args: ['--workers', '2', '--store', mongo.uri()] });
        const people = await signUpMany(server, 4);
        const room = await people[0].createGroup('left', people.slice(1));
        expectStatus(await people[0].patch(`/rooms/${room.id}`, { retention_s: 60, nonce: freshNonce() }), 200);
        const sockets = await Promise.all(people.map((person) => person.connect()));
        await ask(people, room);
        const { natternet_store_reads_total: before } = await metrics(server);
        const answers = fail(mongo).then(() => ask(people, room));
        while ((await metrics(server)).natternet_store_reads_total < before + people.length)
            await new Promise((done) => { setImmediate(done); });
        const began = Date.now();
        await server.stop(); /* says how long it may take */
        t.diagnostic(`it stopped in ${Date.now() - began} ms`);
        await answers;
        for (const { code } of await Promise.all(sockets.map((socket) => socket.closed)))
            assert.equal(code, 1012);
    });
