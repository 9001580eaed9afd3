// Whom a message speaks to: members by id, or everyone; counted for each as long as it is unread.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'message_mentions=3'] });
const [ann, bob, cal, dan] = await signUpMany(server, 4);

const to = (words, ...mentions) => ({ ...text(words), mentions: mentions.map((who) => who.id ?? who) });
const post = (who, room, content, more = {}) => who.post(`/rooms/${room.id}/messages`, { content, nonce: freshNonce(), ...more });
const call = async (who, room, ...mentions) => expectStatus(await post(who, room, to('look', ...mentions)), 201);
const read = async (who, room, seq) => expectStatus(await who.put(`/rooms/${room.id}/read`, { seq }), 200);
const marks = async (who, room) => (({ unread, mentions }) => [unread, mentions])(await who.room(room));

test('unread mentions are counted for whom they name, and for nobody else', async () => {
    const room = await ann.createGroup('mentions', [bob, cal]);
    const sent = await call(ann, room, bob);
    assert.deepEqual(sent.content, to('look', bob));
    await ann.say(room, 'just words');
    const last = await call(ann, room, bob, cal);
    assert.deepEqual(await marks(bob, room), [3, 2]);
    assert.deepEqual(await marks(cal, room), [3, 1]);
    assert.deepEqual(await marks(ann, room), [0, 0], 'who writes has read');
    const listed = expectStatus(await bob.get('/rooms?limit=200'), 200).rooms.find(({ id }) => id === room.id);
    assert.equal(listed.mentions, 2);
    const synced = (await (await bob.connect()).call('sync', {})).rooms.find((one) => one.room === room.id);
    assert.deepEqual([synced.unread, synced.mentions], [3, 2]);
    await read(bob, room, sent.seq);
    assert.deepEqual(await marks(bob, room), [2, 1]);
    await read(bob, room, last.seq);
    assert.deepEqual(await marks(bob, room), [0, 0]);
});

test('the event itself says whom it mentions, live and in the log', async () => {
    const room = await ann.createGroup('live', [bob]);
    const socket = await bob.connect();
    await call(ann, room, bob);
    const event = await socket.next('message.created', (one) => one.room === room.id);
    assert.deepEqual(event.message.content.mentions, [bob.id]);
    assert.deepEqual((await bob.events(room)).at(-1).message, event.message);
});

test('everyone is a matter of the owner, and between two of both', async () => {
    const room = await ann.createGroup('all', [bob, cal]);
    for (const word of ['everyone', 'here']) {
        expectProblem(await post(bob, room, to('hey', word)), 403, 'mention.forbidden');
        await (await bob.connect()).refused('mention.forbidden', 'message.send', { room: room.id, content: to('hey', word) });
    }
    await call(ann, room, 'everyone', bob);
    await call(ann, room, 'here');
    assert.deepEqual(await marks(bob, room), [2, 2], 'by name and with all the others is once');
    assert.deepEqual(await marks(cal, room), [2, 2]);
    const direct = await ann.createDirect(dan);
    await call(dan, direct, 'everyone');
    assert.deepEqual(await marks(ann, direct), [1, 1]);
});

test('who joins later was not meant', async () => {
    const room = await ann.createGroup('later', [bob]);
    await call(ann, room, 'everyone');
    await addMembers(ann, room, [cal]);
    assert.deepEqual(await marks(cal, room), [0, 0]);
    await call(ann, room, 'everyone');
    assert.deepEqual(await marks(cal, room), [1, 1]);
});

test('a deleted message mentions nobody, an edited one nobody anew', async () => {
    const room = await ann.createGroup('changes', [bob]);
    const first = await call(ann, room, bob);
    const plain = await ann.say(room, 'plain');
    expectStatus(await ann.patch(`/rooms/${room.id}/messages/${plain.seq}`, { content: to('now to you', bob), nonce: freshNonce() }), 200);
    assert.deepEqual(await marks(bob, room), [2, 1]);
    expectStatus(await ann.delete(`/rooms/${room.id}/messages/${first.seq}`), 204);
    assert.deepEqual(await marks(bob, room), [2, 0], 'unread counts places, mentions what is there');
});

test('only members are mentioned, and only so many', async () => {
    const room = await ann.createGroup('wrong', [bob]);
    for (const mentions of [[dan.id], ['nobody'], [1], 'everyone', [ann.id, ann.id, ann.id, ann.id], {}])
        expectProblem(await post(ann, room, { ...text('x'), mentions }), 422, 'field.invalid', 'content.mentions');
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    expectProblem(await post(ann, room, to('x', bob)), 422, 'field.invalid', 'content.mentions');
    const said = await ann.say(room, 'x');
    expectProblem(await ann.patch(`/rooms/${room.id}/messages/${said.seq}`, { content: to('x', dan), nonce: freshNonce() }),
        422, 'field.invalid', 'content.mentions');
    expectProblem(await post(dan, room, to('x', dan)), 404, 'room.not_found');
});

test('one that was stored is answered, though whom it mentions has left since', async () => {
    const room = await ann.createGroup('retry', [bob]);
    const nonce = freshNonce();
    const sent = expectStatus(await post(ann, room, to('once', bob), { nonce }), 201);
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    assert.equal(expectStatus(await post(ann, room, to('once', bob), { nonce }), 200).seq, sent.seq);
});

test('what was counted outlives a crash', async () => {
    const room = await ann.createGroup('durable', [bob]);
    await call(ann, room, bob);
    await server.restart({ hard: true });
    assert.deepEqual(await marks(bob, room), [1, 1]);
});
