// Messages that the server sends later, where no device of their sender needs to be there.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve, SLOW } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'scheduled_messages=2', '--limit', 'schedule_ahead_s=3600'] });
const [ann, bob] = await signUpMany(server, 2);

const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
const keyOf = (room, nonce = freshNonce()) => `scheduled:${room.id}.${nonce}`;
const put = (who, key, value) => who.put(`/me/feed/${key}`, { value });
const waiting = async (who) => expectStatus(await who.get('/me/feed?family=scheduled'), 200).entries;

test('a message is sent when it is due, once, to all, and its entry goes away', async () => {
    const room = await ann.createGroup('later', [bob]);
    const [mine, theirs] = [await ann.connect(), await bob.connect()];
    const [nonce, first] = [freshNonce(), await ann.say(room, 'first')];
    const at = soon(SLOW);
    const entry = expectStatus(await put(ann, keyOf(room, nonce), { at, content: { ...text('good morning'), mentions: [bob.id] }, reply_to: first.seq }), 200);
    assert.deepEqual(entry.value, { at, content: { ...text('good morning'), mentions: [bob.id] }, reply_to: first.seq });
    assert.deepEqual((await waiting(ann)).map(({ key }) => key), [keyOf(room, nonce)]);
    const { message } = await theirs.next('message.created', (event) => event.message.nonce === nonce);
    assert.deepEqual([message.sender, message.content.text, message.reply_to], [ann.id, 'good morning', first.seq]);
    assert.ok(Date.parse(message.created_at) >= Date.parse(at), 'not before its time');
    await mine.next('feed.changed', ({ key, value }) => key === keyOf(room, nonce) && value === null);
    assert.deepEqual(await waiting(ann), []);
    assert.equal((await bob.room(room)).mentions, 1);
});

test('by the socket too, with a delay by the server\'s clock; and what is taken away before is not sent', async () => {
    const room = await ann.createGroup('undo', [bob]);
    const socket = await ann.connect();
    const [undone, sent] = [keyOf(room), keyOf(room)];
    await socket.call('feed.put', { key: undone, value: { delay_s: 2 * Math.ceil(SLOW), content: text('undone') } });
    await socket.call('feed.put', { key: sent, value: { delay_s: 3 * Math.ceil(SLOW), content: text('sent') } });
    await socket.call('feed.delete', { key: undone });
    await socket.next('message.created', ({ message }) => message.content.text === 'sent');
    assert.ok(!(await bob.events(room)).some((event) => event.message?.content.text === 'undone'));
});

test('what may not be sent when it is due stays in the list and says why', async () => {
    const room = await ann.createGroup('closed', [bob]);
    const socket = await bob.connect();
    const key = keyOf(room);
    expectStatus(await put(bob, key, { delay_s: 2 * Math.ceil(SLOW), content: text('too late') }), 200);
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    const { value } = await socket.next('feed.changed', (entry) => entry.key === key && entry.value.problem !== undefined);
    assert.equal(value.problem, 'room.not_found');
    assert.equal((await ann.events(room)).some((event) => event.message), false);
    expectStatus(await bob.delete(`/me/feed/${key}`), 204);
});

test('what waits is bounded in number and time, and must be a message', async () => {
    const cal = await signUp(server);
    const room = await cal.createGroup('limits');
    const content = text('x');
    for (const [value, field] of [[{ content }, 'at'], [{ at: soon(7200), content }, 'at'], [{ at: 'later', content }, 'at'],
        [{ delay_s: 3601, content }, 'delay_s'], [{ delay_s: 5 }, 'content'], [{ delay_s: 5, content, reply_to: 0 }, 'reply_to']])
        expectProblem(await put(cal, keyOf(room), value), 422, field in value ? 'field.invalid' : 'field.missing', field);
    for (const key of ['scheduled:', `scheduled:${room.id}`, `scheduled:${room.id}.`, `scheduled:${room.id}.a%20b`])
        expectProblem(await put(cal, key, { delay_s: 5, content }), 422, 'field.invalid', 'key');
    for (let n = 0; n < 2; n++)
        expectStatus(await put(cal, keyOf(room), { at: soon(3000), content }), 200);
    expectProblem(await put(cal, keyOf(room), { at: soon(3000), content }), 409, 'feed.full');
});
