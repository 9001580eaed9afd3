// Threads: answers under a message, apart from the room's own messages, with an unread count for those
// who follow them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const [ann, bob, cal] = await signUpMany(server, 3);

const post = (who, room, thread, words, more = {}) =>
    who.post(`/rooms/${room.id}/messages`, { content: text(words), thread, nonce: freshNonce(), ...more });
const answer = async (who, room, root, words, more) => expectStatus(await post(who, room, root.seq, words, more), 201);
const page = async (who, room, query = '') => expectStatus(await who.get(`/rooms/${room.id}/messages?${query}`), 200);
const words = ({ messages }) => messages.map(({ content }) => content.text);
const message = async (who, room, { seq }) => expectStatus(await who.get(`/rooms/${room.id}/messages/${seq}`), 200);
const key = (room, { seq }) => `/me/feed/thread:${room.id}.${seq}`;
const mark = async (who, room, root) => {
    const found = await who.get(key(room, root));
    return found.status === 200 ? found.body.value : null;
};
const followed = async (who) => expectStatus(await who.get('/me/threads?limit=200'), 200).threads;

test('answers are in their thread and not among the messages of the room', async () => {
    const room = await ann.createGroup('apart', [bob]);
    const root = await ann.say(room, 'who is coming?');
    const first = await answer(bob, room, root, 'me');
    await ann.say(room, 'something else');
    await answer(ann, room, root, 'good', { reply_to: first.seq });
    assert.deepEqual(words(await page(bob, room)), ['who is coming?', 'something else']);
    assert.deepEqual(words(await page(bob, room, `thread=${root.seq}`)), ['me', 'good']);
    const newest = await page(bob, room, `thread=${root.seq}&limit=1`);
    assert.deepEqual([words(newest), newest.has_older], [['good'], true]);
    const socket = await bob.connect();
    assert.deepEqual(words(await socket.call('room.history', { room: room.id, thread: root.seq })), ['me', 'good']);
    assert.equal(first.thread, root.seq);
    const log = (await bob.events(room)).filter(({ type }) => type === 'message.created');
    assert.deepEqual(log.map(({ message: { content } }) => content.text), ['who is coming?', 'me', 'something else', 'good']);
});

test('the root tells how many answers it has, when the last came and from whom', async () => {
    const room = await ann.createGroup('root', [bob, cal]);
    const root = await ann.say(room, 'root');
    assert.equal('answers' in root, false);
    for (const who of [ann, bob, cal, bob])
        await answer(who, room, root, 'yes');
    const stands = await message(ann, room, root);
    const last = (await page(ann, room, `thread=${root.seq}`)).messages.at(-1);
    assert.deepEqual([stands.answers, stands.answered_at, stands.answered_by], [4, last.created_at, [bob.id, cal.id, ann.id]]);
    assert.equal(last.answers, 4);
    assert.equal('answered_at' in last, false);
});

test('who listens hears of an answer, with the number that it has in its thread', async () => {
    const room = await ann.createGroup('live', [bob]);
    const root = await ann.say(room, 'root');
    const [mine, theirs] = [await ann.connect(), await bob.connect()];
    const sent = await theirs.call('message.send', { room: room.id, thread: root.seq, content: text('over the socket') });
    const event = await mine.next('message.created', (one) => one.seq === sent.seq);
    assert.deepEqual([event.message.thread, event.message.answers, event.count], [root.seq, 1, root.count]);
    assert.deepEqual((await ann.events(room)).at(-1), event, 'the same as in the log');
});

test('answers are not unread in the room, and who answers has not read it', async () => {
    const room = await ann.createGroup('unread', [bob]);
    const root = await ann.say(room, 'root');
    await answer(bob, room, root, 'an answer');
    assert.equal((await bob.room(room)).unread, 1, 'the root is, still');
    assert.equal((await ann.room(room)).unread, 0);
});

test('who wrote in a thread, under whose message it is, and who is mentioned there follow it', async () => {
    const room = await ann.createGroup('follow', [bob, cal]);
    const dan = await signUp(server);
    await addMembers(ann, room, [dan]);
    const root = await ann.say(room, 'root');
    const phone = await ann.connect();
    await answer(bob, room, root, 'one');
    const told = await phone.next('feed.changed', (one) => one.key === `thread:${room.id}.${root.seq}`);
    assert.deepEqual(told.value, { read: 0 }, 'on all devices, live');
    await expectStatus(await post(bob, room, root.seq, 'x', { content: { ...text('two'), mentions: [cal.id] } }), 201);
    assert.deepEqual(await mark(ann, room, root), { read: 0 });
    assert.deepEqual(await mark(bob, room, root), { read: 2 });
    assert.deepEqual(await mark(cal, room, root), { read: 1 }, 'what was there before is not unread');
    assert.equal(await mark(dan, room, root), null);
    const [thread] = (await followed(ann)).filter(({ root: { room: id } }) => id === room.id);
    assert.deepEqual([thread.root.seq, thread.root.answers, thread.read], [root.seq, 2, 0]);
});

test('one reads, follows and stops following by hand; writing again follows again', async () => {
    const room = await ann.createGroup('by hand', [bob]);
    const root = await ann.say(room, 'root');
    await answer(bob, room, root, 'one');
    expectStatus(await ann.put(key(room, root), { value: { read: 1 } }), 200);
    assert.equal((await followed(ann)).find((one) => one.root.room === room.id).read, 1);
    expectStatus(await ann.put(key(room, root), { value: { read: 0 } }), 200);
    assert.deepEqual(await mark(ann, room, root), { read: 1 }, 'how far one has read only grows');
    expectStatus(await ann.put(`/me/feed/draft:${room.id}.${root.seq}`, { value: { text: 'begun' } }), 200);
    expectStatus(await ann.put(key(room, root), { value: { off: true, read: 1, more: 'is left out' } }), 200);
    assert.deepEqual(await mark(ann, room, root), { read: 1, off: true });
    assert.equal((await followed(ann)).some((one) => one.root.room === room.id), false);
    await answer(bob, room, root, 'two');
    assert.deepEqual(await mark(ann, room, root), { read: 1, off: true }, 'and it stays so');
    await answer(ann, room, root, 'three');
    assert.deepEqual(await mark(ann, room, root), { read: 3 });
    expectStatus(await ann.put(key(room, root), { value: { read: 3, off: true } }), 200);
    expectStatus(await ann.put(key(room, root), { value: { read: 3 } }), 200);
    assert.deepEqual(await mark(ann, room, root), { read: 3, off: true }, 'another device tells only what it has read');
    expectStatus(await ann.put(key(room, root), { value: { read: 3, off: false } }), 200);
    assert.deepEqual(await mark(ann, room, root), { read: 3 });
    expectStatus(await ann.put(key(room, root), { value: { read: Number.MAX_SAFE_INTEGER } }), 200);
    assert.deepEqual(await mark(ann, room, root), { read: 3 }, 'there are no more to be read');
    expectStatus(await cal.put(key(room, root), { value: { read: 9 } }), 200);
    assert.deepEqual(await mark(cal, room, root), { read: 0 }, 'how many there are is not told to who is not there');
    for (const value of [{}, { read: -1 }, { read: 'all' }, 7])
        assert.equal((await ann.put(key(room, root), { value })).status, 422, JSON.stringify(value));
    const socket = await ann.connect();
    await socket.refused('field.invalid', 'feed.put', { key: `thread:${room.id}.${root.seq}`, value: { read: 1.5 } });
});

test('a mention in a thread is a mention in the room', async () => {
    const room = await ann.createGroup('mention', [bob]);
    const root = await bob.say(room, 'root');
    const call = await answer(ann, room, root, 'x', { content: { ...text('look'), mentions: [bob.id] } });
    assert.deepEqual((({ unread, mentions }) => [unread, mentions])(await bob.room(room)), [0, 1]);
    expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq: call.seq }), 200);
    assert.equal((await bob.room(room)).mentions, 0);
});

test('what one writes in a thread oneself does not mention oneself', async () => {
    const room = await ann.createGroup('oneself', [bob]);
    const root = await bob.say(room, 'root');
    for (const who of [ann.id, 'everyone'])
        await answer(ann, room, root, 'x', { content: { ...text('look'), mentions: [who] } });
    assert.equal((await ann.room(room)).mentions, 0);
    assert.equal((await bob.room(room)).mentions, 1);
    const synced = (await (await ann.connect()).call('sync', {})).rooms.find((one) => one.room === room.id);
    assert.equal(synced.mentions, 0);
});

test('a thread is under a message of the room, and what is quoted in it is in it', async () => {
    const room = await ann.createGroup('places', [bob]);
    const root = await ann.say(room, 'root');
    const first = await answer(bob, room, root, 'one');
    assert.equal(expectProblem(await post(ann, room, first.seq, 'deeper'), 422, 'field.invalid').field, 'thread');
    assert.equal(expectProblem(await post(ann, room, undefined, 'out of it', { reply_to: first.seq }), 422, 'field.invalid').field, 'reply_to');
    const other = await ann.say(room, 'other');
    expectProblem(await post(ann, room, root.seq, 'into it', { reply_to: other.seq }), 422, 'field.invalid');
    expectProblem(await post(ann, room, 9999, 'nowhere'), 404, 'message.not_found');
    expectProblem(await post(ann, room, 1, 'under what is no message'), 404, 'message.not_found');
    await answer(ann, room, root, 'of the root', { reply_to: root.seq });
    const socket = await ann.connect();
    await socket.refused('message.not_found', 'message.send', { room: room.id, thread: 9999, content: text('x') });
});

test('a thread outlives its root, and its answers are edited and deleted as all messages', async () => {
    const room = await ann.createGroup('deleted', [bob]);
    const root = await ann.say(room, 'root');
    const first = await answer(bob, room, root, 'one');
    await answer(bob, room, root, 'two');
    expectStatus(await bob.patch(`/rooms/${room.id}/messages/${first.seq}`, { content: text('changed') }), 200);
    expectStatus(await ann.delete(`/rooms/${room.id}/messages/${root.seq}`, {}), 204);
    await answer(ann, room, root, 'three');
    assert.deepEqual(words(await page(ann, room, `thread=${root.seq}`)), ['changed', 'two', 'three']);
    const stands = await message(ann, room, root);
    assert.deepEqual([stands.content.type, stands.answers], ['deleted', 3]);
});

test('the same nonce is the same answer, and does what was left undone', async () => {
    const room = await ann.createGroup('again', [bob]);
    const root = await ann.say(room, 'root');
    const nonce = freshNonce();
    const first = await answer(bob, room, root, 'once', { nonce });
    expectStatus(await bob.delete(key(room, root), {}), 204);
    const again = expectStatus(await post(bob, room, root.seq, 'twice', { nonce }), 200);
    assert.deepEqual([again.seq, again.thread, again.answers], [first.seq, root.seq, 1]);
    assert.deepEqual(await mark(bob, room, root), { read: 1 });
    assert.equal((await message(bob, room, root)).answers, 1);
});

test('a retry makes those follow whom the answer mentions, and nobody else', async () => {
    const room = await ann.createGroup('retried', [bob, cal]);
    const root = await ann.say(room, 'root');
    const nonce = freshNonce();
    const naming = (who) => ({ type: 'text', text: `@${who.user.username}`, mentions: [who.id] });
    const retry = async (content) => expectStatus(await post(bob, room, root.seq, '', { nonce, content }), 200);
    expectStatus(await post(bob, room, root.seq, '', { nonce, content: { type: 'text', text: 'nobody' } }), 201);
    await retry(naming(cal));
    assert.equal(await mark(cal, room, root), null);
    const named = freshNonce();
    await answer(bob, room, root, '', { nonce: named, content: naming(cal) });
    expectStatus(await cal.delete(key(room, root), {}), 204);
    expectStatus(await post(bob, room, root.seq, '', { nonce: named, content: naming(cal) }), 200);
    assert.deepEqual(await mark(cal, room, root), { read: 1 }, 'what a crash left undone is done');
});

test('answers at the same time have each its own number', async () => {
    const room = await ann.createGroup('race', [bob, cal]);
    const root = await ann.say(room, 'root');
    const sent = await Promise.all(Array.from({ length: 12 }, (_, n) => answer([ann, bob, cal][n % 3], room, root, `n ${n}`)));
    assert.deepEqual(sent.map(({ answers }) => answers).sort((one, other) => one - other), Array.from({ length: 12 }, (_, n) => n + 1));
    assert.equal((await message(ann, room, root)).answers, 12);
});

test('slow mode is slow in threads too', async () => {
    const room = await ann.createGroup('slow', [bob]);
    const root = await ann.say(room, 'root');
    expectStatus(await ann.patch(`/rooms/${room.id}`, { slow_mode_s: 60 }), 200);
    await answer(bob, room, root, 'one');
    expectProblem(await post(bob, room, root.seq, 'two'), 429, 'room.slow_mode');
});

test('who left a room no longer sees its threads', async () => {
    const room = await ann.createGroup('left', [bob]);
    const root = await ann.say(room, 'root');
    await answer(bob, room, root, 'one');
    expectStatus(await bob.delete(`/rooms/${room.id}/members/${bob.id}`, {}), 204);
    assert.equal((await followed(bob)).some((one) => one.root.room === room.id), false);
    assert.equal((await bob.get(`/rooms/${room.id}/messages?thread=${root.seq}`)).status, 404);
});
