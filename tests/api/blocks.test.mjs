// Who may bring somebody into a room: not whom they blocked, and where they say so only their contacts.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '2'] });
const entry = async (who, key) => expectStatus(await who.put(`/me/feed/${key}`, { value: {} }), 200);
const without = async (who, key) => expectStatus(await who.delete(`/me/feed/${key}`), 204);
const direct = (who, other, nonce = freshNonce()) => who.post('/rooms', { kind: 'direct', members: [other.id], nonce });
const group = (who, ...others) => who.post('/rooms', { kind: 'group', name: 'x', members: others.map(({ id }) => id), nonce: freshNonce() });
const add = (who, room, other) => who.post(`/rooms/${room.id}/members`, { user_id: other.id, nonce: freshNonce() });
const refused = (answer) => expectProblem(answer, 403, 'user.unreachable');

test('who is blocked cannot begin a direct room nor bring one into a group, and nothing happens', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await bob.createGroup('bob\'s', [cal]);
    await entry(ann, `block:${bob.id}`);
    refused(await direct(bob, ann));
    refused(await group(bob, cal, ann));
    refused(await add(bob, room, ann));
    assert.deepEqual(expectStatus(await ann.get('/rooms'), 200).rooms, []);
    assert.equal((await bob.room(room)).member_count, 2);
    expectStatus(await direct(cal, ann), 201);
    expectStatus(await direct(ann, bob), 201);
    await without(ann, `block:${bob.id}`);
    expectStatus(await add(bob, room, ann), 201);
});

test('whom only contacts reach answers others just as whom they blocked', async () => {
    const [ann, bob, cal, dan] = await signUpMany(server, 4);
    await entry(ann, 'settings:contacts-only');
    await entry(ann, `contact:${cal.id}`);
    await entry(ann, `contact:${dan.id}`);
    await entry(ann, `block:${dan.id}`);
    const stranger = await direct(bob, ann), blocked = await direct(dan, ann);
    refused(stranger);
    assert.deepEqual(blocked.body, stranger.body, 'who is blocked cannot tell');
    expectStatus(await direct(cal, ann), 201);
    await without(ann, 'settings:contacts-only');
    expectStatus(await direct(bob, ann), 201);
    refused(await direct(dan, ann));
});

test('a room that is there already stays, and is found by the same nonce or the same two', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const nonce = freshNonce();
    const room = expectStatus(await direct(bob, ann, nonce), 201);
    await entry(ann, `block:${bob.id}`);
    assert.equal(expectStatus(await direct(bob, ann, nonce), 200).id, room.id);
    assert.equal(expectStatus(await direct(bob, ann), 200).id, room.id);
});
