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

test('what is dated back waits its turn, and goes no faster than its sender may write', async (t) => {
    const slow = await serve(t, { args: ['--limit', 'message_burst=2', '--limit', 'message_per_second=1'] });
    const [eve, fay] = await signUpMany(slow, 2);
    const room = await eve.createGroup('queue', [fay]);
    const socket = await fay.connect();
    for (let n = 0; n < 4; n++)
        expectStatus(await put(eve, keyOf(room), { at: '2020-01-01T00:00:00.000Z', content: text('old') }), 200);
    expectStatus(await put(fay, keyOf(room), { delay_s: 0, content: text('mine') }), 200);
    const sent = [];
    while (sent.length < 5)
        sent.push((await socket.next('message.created')).message);
    const old = sent.filter(({ sender }) => sender === eve.id).map(({ created_at }) => Date.parse(created_at));
    assert.equal(old.length, 4);
    assert.ok(old[3] - old[0] >= 1000, `two at once, then one a second: ${old.map((at) => at - old[0])}`);
    assert.notEqual(sent[4].sender, fay.id, 'who writes once does not wait for who writes much');
});

test('what is taken back around its time is either sent or taken back, as its sender is told', async (t) => {
    const busy = await serve(t, { args: ['--limit', 'message_burst=1000', '--limit', 'message_per_second=1000'] });
    const eve = await signUp(busy);
    const room = await eve.createGroup('race');
    const socket = await eve.connect();
    const nonces = Array.from({ length: 60 }, freshNonce);
    const at = soon(SLOW);
    await Promise.all(nonces.map((nonce) => socket.call('feed.put', { key: keyOf(room, nonce), value: { at, content: text(nonce) } })));
    await socket.next('message.created');
    const takeBack = async (nonce) => {
        for (;;) {
            const { status } = await eve.delete(`/me/feed/${keyOf(room, nonce)}`);
            if (status !== 503)
                return status;
        }
    };
    const answers = await Promise.all(nonces.map(takeBack));
    const sent = new Set((await eve.events(room)).map((event) => event.message?.nonce));
    for (const [i, nonce] of nonces.entries())
        assert.equal(answers[i], sent.has(nonce) ? 404 : 204, `of ${nonce}`);
});

test('what is too large after a limit was lowered stays whole in the list, says why, and goes in the end', async (t) => {
    const server = await serve(t, {});
    const eve = await signUp(server);
    const room = await eve.createGroup('smaller');
    const key = keyOf(room);
    const at = soon(2 * SLOW);
    expectStatus(await put(eve, key, { at, content: text('much too long by then') }), 200);
    await server.stop();
    server.options.args = ['--limit', 'message_text_bytes=8', '--limit', 'scheduled_kept_s=1'];
    await server.launch();
    const socket = await eve.connect();
    let entry;
    while (!entry?.value?.problem)
        entry = expectStatus(await eve.get(`/me/feed/${key}`), 200);
    assert.deepEqual(entry.value, { at, content: text('much too long by then'), problem: 'field.invalid' });
    const { me } = await socket.call('sync', {});
    assert.deepEqual(me.find((one) => one.key === key), entry);
    await socket.next('feed.changed', (one) => one.key === key && one.value === null);
    assert.deepEqual(await waiting(eve), []);
});
