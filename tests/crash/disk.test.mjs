// Disks that are full, and directories that cannot be written to: a clear error, reads go on,
// nothing acknowledged is lost, and writing recovers by itself.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { diskOf, fill, relieve } from '../support/disk.mjs';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { lockedByAnother } from '../support/lock.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { freshDirectory, serve, Server, SLOW } from '../support/server.mjs';

const RECOVERY_MS = 15_000 * SLOW;

/** Sends until the store refuses; returns what was acknowledged and what was not. */
async function sendUntilFull(person, room) {
    const acknowledged = [];
    for (let n = 0; n < 5000; n++) {
        const nonce = freshNonce();
        const answer = await person.post(`/rooms/${room.id}/messages`, { nonce, content: text('x'.repeat(4000)) });
        if (answer.status !== 201)
            return { acknowledged, nonce, answer };
        acknowledged.push(answer.body);
    }
    throw new Error('the disk never filled');
}

/** The same nonce again and again, as a client's outbox does, until it is taken. */
async function sendAgain(person, room, nonce) {
    const end = Date.now() + RECOVERY_MS;
    for (;;) {
        const answer = await person.post(`/rooms/${room.id}/messages`, { nonce, content: text('at last') });
        if (answer.status !== 503)
            return expectStatus(answer, 200, 201);
        expectProblem(answer, 503, 'store.unavailable');
        assert.ok(Date.now() < end, 'writing recovers by itself');
        await new Promise((done) => setTimeout(done, 200));
    }
}

test('a full disk: store.unavailable, reads go on, nothing is lost, writing recovers', async (t) => {
    const disk = await diskOf(t, 32);
    if (!disk)
        return t.skip('needs a small tmpfs (root)');
    const server = await serve(t, { data: disk.path });
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('filling', [bob]);
    const socket = await bob.connect();
    const live = [];
    socket.onEvent((event) => event.seq && live.push(event.seq));
    await ann.say(room, 'while there was room');
    await fill(disk, 256 * 1024);

    const { acknowledged, nonce, answer } = await sendUntilFull(ann, room);
    expectProblem(answer, 503, 'store.unavailable');
    await socket.refused('store.unavailable', 'message.send', { room: room.id, nonce: freshNonce(), content: text('x'.repeat(4000)) });

    const page = expectStatus(await bob.get(`/rooms/${room.id}/messages?limit=200`), 200);
    assert.ok(page.messages.length > 0);
    expectStatus(await bob.get('/rooms'), 200);
    await socket.call('sync', {});
    expectStatus(await http(server, 'GET', '/healthz'), 200);
    expectStatus(await http(server, 'GET', '/readyz'), 200, 503);

    await relieve(disk);
    const message = await sendAgain(ann, room, nonce);
    const events = await ann.events(room);
    events.forEach((event, at) => assert.equal(event.seq, at + 1));
    const stored = new Map(events.filter((event) => event.message).map((event) => [event.message.nonce, event.message]));
    for (const one of [...acknowledged, message])
        assert.equal(stored.get(one.nonce)?.seq, one.seq);
    await socket.until(() => live.at(-1) === events.at(-1).seq, 'live events go on');
    live.forEach((seq, at) => assert.equal(seq, live[0] + at));

    await server.restart({ hard: true });
    assert.deepEqual(await ann.events(room), events);
});

test('a crash with a full disk loses nothing either', async (t) => {
    const disk = await diskOf(t, 32);
    if (!disk)
        return t.skip('needs a small tmpfs (root)');
    const server = await serve(t, { data: disk.path });
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('crashing');
    await fill(disk, 256 * 1024);
    const { acknowledged, nonce } = await sendUntilFull(ann, room);
    await server.kill();
    await relieve(disk);
    await server.launch();
    const stored = new Map((await ann.events(room)).map((event) => [event.message?.nonce, event.seq]));
    for (const one of acknowledged)
        assert.equal(stored.get(one.nonce), one.seq);
    await sendAgain(ann, room, nonce);
});

test('a database that another program locks: store.unavailable, reads go on, writing recovers', async (t) => {
    const server = await serve(t);
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('locked');
    const before = await ann.say(room, 'before');
    const unlock = await lockedByAnother(t, server.data);
    const nonce = freshNonce();
    const refused = await ann.post(`/rooms/${room.id}/messages`, { nonce, content: text('at last') });
    expectProblem(refused, 503, 'store.unavailable');
    const page = expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages.map((message) => message.seq), [before.seq]);
    await unlock();
    assert.equal((await sendAgain(ann, room, nonce)).seq, before.seq + 1);

    await server.stop();
    const unlockAgain = await lockedByAnother(t, server.data);
    await assert.rejects(server.launch(), (error) => {
        assert.ok(error.code > 0, error.message);
        assert.match(error.log, /another program holds a lock/);
        return true;
    });
    await unlockAgain();
    await server.launch();
    assert.equal((await ann.events(room)).length, 4);
});

test('a data directory that cannot be written to is refused with a clear message', async (t) => {
    const data = await freshDirectory();
    t.after(() => rm(data, { recursive: true, force: true }));
    const blocked = new Server({ data: '/proc/natternet-cannot-write-here' });
    await assert.rejects(blocked.launch(), (error) => {
        assert.ok(error.code > 0);
        assert.match(error.log, /\/proc\/natternet-cannot-write-here/);
        return true;
    });
    const disk = await diskOf(t, 16);
    if (!disk)
        return t.skip('the rest needs mount (root)');
    execFileSync('mount', ['-o', 'remount,ro', disk.path]);
    const readonly = new Server({ data: disk.path });
    await assert.rejects(readonly.launch(), (error) => {
        assert.ok(error.code > 0);
        assert.match(error.log, /read-only|Read-only|write/i);
        return true;
    });
});
