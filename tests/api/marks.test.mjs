// What people put on messages: answers, reactions, pins.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'message_reactions=3', '--limit', 'room_pins=2'] });
const [ann, bob, cal, dan] = await signUpMany(server, 4);

const at = (message) => `/rooms/${message.room}/messages/${message.seq}`;
const on = (message, emoji) => `${at(message)}/reactions/${encodeURIComponent(emoji)}`;
const group = (...others) => ann.createGroup('marks', others);
const message = async (who, { room, seq }) => expectStatus(await who.get(at({ room, seq })), 200);

test('an answer says which message it answers, and that one must be there', async () => {
    const room = await group(bob);
    const first = await ann.say(room, 'question');
    const socket = await ann.connect();
    const answer = expectStatus(await bob.post(`/rooms/${room.id}/messages`,
        { content: text('answer'), reply_to: first.seq, nonce: freshNonce() }), 201);
    assert.equal(answer.reply_to, first.seq);
    assert.deepEqual((await socket.next('message.created')).message, answer);
    assert.equal((await socket.call('message.send', { room: room.id, content: text('x'), reply_to: answer.seq })).seq, answer.seq + 1);
    for (const [seq, status, code] of [[999, 404, 'message.not_found'], [1, 404, 'message.not_found'], [0, 422, 'field.invalid']]) {
        expectProblem(await bob.post(`/rooms/${room.id}/messages`, { content: text('x'), reply_to: seq }), status, code);
        await socket.refused(code, 'message.send', { room: room.id, content: text('x'), reply_to: seq });
    }
    expectStatus(await ann.delete(at(first)), 204);
    expectProblem(await bob.post(`/rooms/${room.id}/messages`, { content: text('x'), reply_to: first.seq }), 409, 'message.deleted');
    assert.equal((await message(bob, answer)).reply_to, first.seq, 'the answer stays');
});

test('reactions are counted, with who, for everybody', async () => {
    const room = await group(bob, cal);
    const said = await ann.say(room, 'good news');
    const watcher = await cal.connect();
    const added = expectStatus(await ann.put(on(said, '👍'), { nonce: freshNonce() }), 200);
    assert.deepEqual([added.seq, added.duplicate], [said.seq + 1, false]);
    expectStatus(await bob.put(on(said, '👍')), 200);
    expectStatus(await bob.put(on(said, '❤️')), 200);
    const events = [];
    for (let n = 0; n < 3; n++)
        events.push(await watcher.next('reaction.added'));
    assert.deepEqual(events.map(({ sender, target, emoji, people }) => [sender, target, emoji, people]),
        [[ann.id, said.seq, '👍', 1], [bob.id, said.seq, '👍', 2], [bob.id, said.seq, '❤️', 1]]);
    assert.deepEqual((await message(ann, said)).reactions,
        [{ emoji: '👍', count: 2, seq: said.seq + 2, mine: true }, { emoji: '❤️', count: 1, seq: said.seq + 3, mine: false }]);
    const page = expectStatus(await cal.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages[0].reactions.map(({ count, mine }) => [count, mine]), [[2, false], [1, false]]);
    const history = await watcher.call('room.history', { room: room.id });
    assert.deepEqual(history.messages, page.messages);
    const first = expectStatus(await cal.get(`${on(said, '👍')}?limit=1`), 200);
    const rest = expectStatus(await cal.get(`${on(said, '👍')}?cursor=${first.next}`), 200);
    assert.deepEqual([...first.users, ...rest.users].map(({ id }) => id).sort(), [ann.id, bob.id].sort());
    assert.equal(rest.next, null);
    expectStatus(await bob.delete(on(said, '👍')), 204);
    assert.deepEqual((({ people, emoji }) => [people, emoji])(await watcher.next('reaction.removed')), [1, '👍']);
    expectProblem(await bob.delete(on(said, '👍')), 404, 'reaction.not_found');
    assert.equal((await cal.room(room)).unread, 1, 'a reaction is no message');
});

test('twice is once, from two devices at once too', async () => {
    const room = await group();
    const said = await ann.say(room, 'x');
    const devices = [await ann.connect(), await (await ann.signInAgain()).connect()];
    const fields = { room: room.id, seq: said.seq, emoji: '🔥' };
    const replies = await Promise.all(devices.map((socket) => socket.call('message.react', fields)));
    assert.equal(new Set(replies.map(({ seq }) => seq)).size, 1);
    assert.deepEqual(replies.map(({ duplicate }) => duplicate).sort(), [false, true]);
    const gone = await Promise.all(devices.map((socket) => socket.request('message.unreact', fields)));
    assert.deepEqual(gone.map((reply) => reply.error?.code ?? 'ok').sort(), ['ok', 'reaction.not_found']);
    assert.equal((await message(ann, said)).reactions, undefined);
});

test('many people at once are counted exactly, and in the order of the log', async () => {
    const crowd = await signUpMany(server, 12);
    const room = await ann.createGroup('crowd', crowd);
    const said = await ann.say(room, 'vote');
    const watcher = await ann.connect();
    await Promise.all(crowd.map((one) => one.put(on(said, '👍')).then((answer) => expectStatus(answer, 200))));
    const people = [];
    for (let n = 0; n < crowd.length; n++)
        people.push((await watcher.next('reaction.added')).people);
    assert.deepEqual(people, crowd.map((_, n) => n + 1));
    assert.equal((await message(ann, said)).reactions[0].count, crowd.length);
});

test('only emoji are reactions, and only so many kinds', async () => {
    const room = await group(bob);
    const said = await ann.say(room, 'x');
    const socket = await bob.connect();
    for (const emoji of ['ok', ' ', '👍👍', '\u200d'])
        expectProblem(await bob.put(on(said, emoji)), 422, 'field.invalid', 'emoji');
    await socket.refused('field.invalid', 'message.react', { room: room.id, seq: said.seq, emoji: 'ok' });
    await socket.refused('field.missing', 'message.react', { room: room.id, seq: said.seq });
    for (const emoji of ['1️⃣', '🇦🇹', '👩‍👩‍👧‍👦'])
        expectStatus(await bob.put(on(said, emoji)), 200);
    expectProblem(await bob.put(on(said, '👍')), 409, 'reaction.too_many');
    expectStatus(await ann.put(on(said, '🇦🇹')), 200);
    expectProblem(await dan.put(on(said, '🇦🇹')), 404, 'room.not_found');
    expectProblem(await dan.get(on(said, '🇦🇹')), 404, 'room.not_found');
    expectProblem(await bob.put(on({ ...said, seq: 999 }, '👍')), 404, 'message.not_found');
});

test('pins: in a group its owner, in a direct room both, and only so many', async () => {
    const room = await group(bob);
    const pin = (who, { seq }, { id } = room) => who.put(`/rooms/${id}/pins/${seq}`, { nonce: freshNonce() });
    const [one, two, three] = [await bob.say(room, 'one'), await ann.say(room, 'two'), await ann.say(room, 'three')];
    const socket = await bob.connect();
    expectProblem(await pin(bob, one), 403, 'room.forbidden');
    await socket.refused('room.forbidden', 'message.pin', { room: room.id, seq: one.seq });
    expectStatus(await pin(ann, two), 200);
    const event = await socket.next('message.pinned');
    assert.deepEqual([event.sender, event.target], [ann.id, two.seq]);
    expectStatus(await pin(ann, one), 200);
    assert.equal(expectStatus(await pin(ann, one), 200).duplicate, true);
    expectProblem(await pin(ann, three), 409, 'pin.too_many');
    const pinned = async () => expectStatus(await bob.get(`/rooms/${room.id}/pins`), 200).messages.map(({ seq }) => seq);
    assert.deepEqual(await pinned(), [one.seq, two.seq]);
    expectStatus(await ann.delete(`/rooms/${room.id}/pins/${two.seq}`), 204);
    assert.equal((await socket.next('message.unpinned')).target, two.seq);
    expectProblem(await ann.delete(`/rooms/${room.id}/pins/${two.seq}`), 404, 'pin.not_found');
    expectStatus(await ann.delete(at(one)), 204);
    assert.deepEqual(await pinned(), [], 'what is deleted is not pinned');
    expectProblem(await dan.get(`/rooms/${room.id}/pins`), 404, 'room.not_found');
    const direct = await ann.createDirect(bob);
    expectStatus(await pin(bob, await ann.say(direct, 'ours'), direct), 200);
});
