// Public groups: everybody finds them and comes in; private ones nobody finds; and bans hold.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });

const word = () => `w${freshNonce().replaceAll('-', '')}`;

/** A public group with a word of its own in its name. */
async function publicGroup(count = 1, more = {}) {
    const [ann, ...others] = await signUpMany(server, count + 1);
    const name = word();
    const room = expectStatus(await ann.post('/rooms', { kind: 'group', name, members: [], visibility: 'public', ...more }), 201);
    return { ann, others, room, name, join: (who, nonce = freshNonce()) => who.post(`/rooms/${room.id}/join`, { nonce }) };
}

const find = async (who, search, more = '') =>
    expectStatus(await who.get(`/directory?search=${encodeURIComponent(search)}${more}`), 200);
const found = async (who, search) => (await find(who, search)).rooms.map(({ id }) => id);

test('a public group is found by its words, entered with one event for each nonce, read from its beginning, and left', async () => {
    const { ann, others: [bob], room, name, join } = await publicGroup(1, { topic: 'about Tea & cakes' });
    assert.equal(room.visibility, 'public');
    await ann.say(room, 'hello');
    assert.deepEqual((await find(bob, `${name.slice(0, 20).toUpperCase()} cake`)).rooms,
        [{ id: room.id, name, topic: 'about Tea & cakes', member_count: 1 }]);
    const socket = await bob.connect();
    const nonce = freshNonce();
    assert.equal(expectStatus(await join(bob, nonce), 200).role, 'member');
    const joined = await socket.next('room.user.joined');
    assert.deepEqual([joined.user_id, joined.by, joined.role, joined.link], [bob.id, bob.id, 'member', undefined]);
    await server.restart({ hard: true });
    expectStatus(await join(bob, nonce), 200);
    expectProblem(await join(bob), 409, 'room.already_member');
    assert.equal((await ann.events(room)).filter(({ type }) => type === 'room.user.joined').length, 2);
    assert.equal(expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200).messages.length, 1);
    expectStatus(await bob.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    expectProblem(await bob.get(`/rooms/${room.id}`), 404, 'room.not_found');
    assert.deepEqual(await found(bob, name), [room.id]);
});

test('a private group is not found, nor entered by who knows its id, and going private closes the door', async () => {
    const { ann, others: [bob, cal], room, name, join } = await publicGroup(2);
    const socket = await cal.connect();
    assert.equal((await socket.request('room.join', { room: room.id })).ok, true);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'private' }), 200);
    assert.equal((await socket.next('room.updated')).visibility, 'private');
    assert.deepEqual(await found(bob, name), []);
    expectProblem(await join(bob), 404, 'room.not_found');
    assert.equal((await (await bob.connect()).request('room.join', { room: room.id })).error.code, 'room.not_found');
    assert.equal((await cal.room(room)).visibility, undefined, 'who is in it stays');
    const secret = word();
    expectStatus(await ann.patch(`/rooms/${room.id}`, { name: secret }), 200);
    assert.deepEqual(await found(bob, secret), []);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'public' }), 200);
    assert.deepEqual(await found(bob, secret), [room.id]);
    assert.deepEqual(await found(bob, name), []);
});

test('bans hold at the door of a public group, an archived one lets nobody in, a locked one does', async () => {
    const { ann, others: [bob, cal, dee], room, name, join } = await publicGroup(3);
    expectStatus(await ann.put(`/rooms/${room.id}/bans/${bob.id}`, {}), 200);
    expectProblem(await join(bob), 403, 'room.banned');
    expectStatus(await ann.patch(`/rooms/${room.id}`, { archived: true }), 200);
    assert.deepEqual(await found(cal, name), []);
    expectProblem(await join(cal), 403, 'room.archived');
    expectStatus(await ann.patch(`/rooms/${room.id}`, { archived: false, locked: true }), 200);
    expectStatus(await join(cal), 200);
    expectStatus(await ann.delete(`/rooms/${room.id}/bans/${bob.id}`), 204);
    expectStatus(await join(bob), 200);
    for (const who of [ann, bob, cal])
        expectStatus(await who.delete(`/rooms/${room.id}/members/${who.id}`), 204);
    assert.deepEqual(await found(dee, name), [], 'nobody is in it');
    expectProblem(await join(dee), 404, 'room.not_found');
});

test('who left as a guest comes back as one', async () => {
    const { ann, others: [bob], room, join } = await publicGroup();
    expectStatus(await join(bob), 200);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${bob.id}`, { role: 'guest' }), 200);
    expectStatus(await bob.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    assert.equal(expectStatus(await join(bob), 200).role, 'guest');
});

test('the directory is paged by name, without gap or repetition', async () => {
    const [ann] = await signUpMany(server, 1);
    const shared = word();
    const names = ['b', 'a', 'c', 'a', 'd'].map((letter) => `${letter} ${shared}`);
    for (const name of names)
        expectStatus(await ann.post('/rooms', { kind: 'group', name, members: [], visibility: 'public' }), 201);
    const seen = [];
    let cursor;
    do {
        const page = await find(ann, shared, `&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
        seen.push(...page.rooms.map(({ name }) => name));
        cursor = page.next;
    } while (cursor);
    assert.deepEqual(seen, [...names].sort());
});

test('a question of too many words, a cursor of our own making and a visibility that is none are refused', async () => {
    const { ann, room } = await publicGroup();
    assert.equal(expectProblem(await ann.get('/directory?search=a+b+c+d+e'), 422, 'field.invalid').field, 'search');
    assert.equal(expectProblem(await ann.get('/directory?cursor=%21'), 422, 'field.invalid').field, 'cursor');
    assert.equal(expectProblem(await ann.patch(`/rooms/${room.id}`, { visibility: 'secret' }), 422, 'field.invalid').field, 'visibility');
    assert.equal(expectProblem(await ann.post('/rooms', { kind: 'group', name: 'x', members: [], visibility: 1 }), 422, 'field.invalid').field, 'visibility');
});
