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

// ---- a direct room that is there already -------------------------------------------------------

const say = (who, room, nonce = freshNonce()) => who.post(`/rooms/${room.id}/messages`, { nonce, content: { type: 'text', text: 'hello' } });

/** Ann has blocked Bob in their direct room, where each had said something. */
async function blockedPair() {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createDirect(bob);
    const nonce = freshNonce();
    const [first, second] = [expectStatus(await say(ann, room), 201), expectStatus(await say(bob, room, nonce), 201)];
    await entry(ann, `block:${bob.id}`);
    return { ann, bob, room, first, second, nonce };
}

test('neither of two writes while one has blocked the other, and each is told what they may know', async () => {
    const { ann, bob, room, first, second } = await blockedPair();
    for (const [who, refusal, own, other] of [[bob, 'user.unreachable', second, first], [ann, 'user.blocked', first, second]]) {
        expectProblem(await say(who, room), 403, refusal);
        const socket = await who.connect();
        const at = { room: room.id, nonce: freshNonce() };
        await socket.refused(refusal, 'message.send', { ...at, content: { type: 'text', text: 'x' } });
        await socket.refused(refusal, 'message.edit', { ...at, seq: own.seq, content: { type: 'text', text: 'x' } });
        await socket.refused(refusal, 'message.react', { ...at, seq: other.seq, emoji: '\u{1f44d}' });
        await socket.refused(refusal, 'message.pin', { ...at, seq: other.seq });
        await socket.refused(refusal, 'room.typing', { room: room.id });
    }
    assert.equal((await ann.room(room)).last_seq, second.seq, 'nothing happened');
    await without(ann, `block:${bob.id}`);
    expectStatus(await say(bob, room), 201);
    expectStatus(await say(ann, room), 201);
});

test('what was said before the block stays to be read, to be repeated by its nonce, and to be deleted', async () => {
    const { ann, bob, room, second, nonce } = await blockedPair();
    assert.equal(expectStatus(await say(bob, room, nonce), 200).seq, second.seq);
    assert.equal(expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200).messages.length, 2);
    const socket = await bob.connect();
    await socket.call('message.delete', { room: room.id, seq: second.seq, nonce: freshNonce() });
});

test('a block holds at once, however it is put, and through a crash', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createDirect(bob);
    const [phone, other] = [await ann.connect(), await bob.connect()];
    const content = { type: 'text', text: 'x' };
    for (let round = 0; round < 5; round++) {
        await phone.call('feed.put', { key: `block:${bob.id}`, value: {} });
        await other.refused('user.unreachable', 'message.send', { room: room.id, nonce: freshNonce(), content });
        await phone.call('feed.delete', { key: `block:${bob.id}` });
        await other.call('message.send', { room: room.id, nonce: freshNonce(), content });
    }
    await phone.call('feed.put', { key: `block:${bob.id}`, value: {} });
    await server.restart({ hard: true });
    expectProblem(await say(bob, room), 403, 'user.unreachable');
});

test('who is blocked is not told what the other has read, and goes on reading themselves', async () => {
    const { ann, bob, room, second } = await blockedPair();
    const [watcher, own, phone] = [await bob.connect(), await ann.connect(), await ann.connect()];
    await phone.call('room.read', { room: room.id, seq: second.seq });
    assert.equal((await own.next('room.read')).user_id, ann.id);
    assert.deepEqual((await watcher.settle()).filter(({ type }) => type === 'room.read'), []);
});

test('in a group both go on writing', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('both', [bob]);
    await entry(ann, `block:${bob.id}`);
    expectStatus(await say(bob, room), 201);
    expectStatus(await say(ann, room), 201);
});
