// Who is there: told where people share a small room or watch, asked for otherwise; what they say of it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const LEAVE_MS = 400;
const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'presence_push_members=3', '--limit', 'presence_watch=3',
    '--limit', 'presence_coalesce_ms=20', '--limit', `presence_leave_ms=${LEAVE_MS}`, '--limit', 'status_text_bytes=20'] });

const of = (who) => ({ user_id }) => user_id === who.id;
const told = (socket, who, presence) => socket.next('presence.changed', (one) => of(who)(one) && one.presence === presence);
const ask = async (asker, ...who) => expectStatus(await asker.get(`/presence?ids=${who.map(({ id }) => id).join()}`), 200).presences;
const put = async (who, wish) => expectStatus(await who.put('/me/presence', wish), 200);
const saysNothingOf = async (socket, who) => assert.deepEqual((await socket.settle()).filter((one) => one.type === 'presence.changed' && of(who)(one)), []);
/** Whoever was told of `known` now would have been told of the other before: they changed in this order. */
async function changesAfter(who, socket) {
    const mark = await put(who, { text: 'mark' });
    await socket.next('presence.changed', (one) => of(who)(one) && one.text === mark.text);
}

test('who shares a small room hears of coming and going, each once', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createGroup('one', [bob]);
    await ann.createGroup('two', [bob]);
    await ann.createDirect(bob);
    const watcher = await bob.connect();
    const phone = await ann.connect();
    const came = await told(watcher, ann, 'online');
    assert.deepEqual(came, { type: 'presence.changed', user_id: ann.id, presence: 'online' });
    const before = Date.now();
    await phone.close();
    const left = await told(watcher, ann, 'offline');
    assert.ok(Date.parse(left.last_seen) >= before - 5 && Date.parse(left.last_seen) <= Date.now(), left.last_seen);
    await saysNothingOf(watcher, ann);
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline', last_seen: left.last_seen }]);
});

test('who reloads a page has not been gone', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createGroup('reload', [bob]);
    const watcher = await bob.connect();
    await (await ann.connect()).drop().catch(() => {});
    await ann.connect();
    await told(watcher, ann, 'online');
    await changesAfter(ann, watcher);
    await saysNothingOf(watcher, ann);
});

test('who was seen by somebody who asked, and goes before it was told that they came, is told to be gone', async (t) => {
    const own = await serve(t, { args: ['--limit', 'presence_coalesce_ms=3000', '--limit', 'presence_leave_ms=10'] });
    const [ann, bob] = await signUpMany(own, 2);
    const [watcher, phone] = [await bob.connect(), await ann.connect()];
    const { presences } = await watcher.call('presence.watch', { users: [ann.id] });
    assert.deepEqual(presences, [{ user_id: ann.id, presence: 'online' }]);
    await phone.close();
    assert.ok(Date.parse((await told(watcher, ann, 'offline')).last_seen) > 0);
});

test('a person is away where all of their connections are', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createGroup('away', [bob]);
    const watcher = await bob.connect();
    const [phone, laptop] = [await ann.connect(), await (await ann.signInAgain()).connect()];
    await told(watcher, ann, 'online');
    await phone.call('presence.away', {});
    await phone.call('presence.away', { away: true });
    assert.equal((await ask(bob, ann))[0].presence, 'online');
    await laptop.call('presence.away', { away: true });
    await told(watcher, ann, 'away');
    await phone.call('presence.away', { away: false });
    await told(watcher, ann, 'online');
    await phone.close();
    await told(watcher, ann, 'away');
    await laptop.refused('field.invalid', 'presence.away', { away: 'yes' });
});

test('busy is told, invisible is not, and only oneself knows', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createGroup('choice', [bob]);
    const watcher = await bob.connect();
    const [phone, laptop] = [await ann.connect(), await (await ann.signInAgain()).connect()];
    await told(watcher, ann, 'online');
    assert.equal((await phone.call('presence.set', { choice: 'busy' })).presence, 'busy');
    await told(watcher, ann, 'busy');
    await laptop.next('presence.changed', (one) => of(ann)(one) && one.choice === 'busy');
    await put(ann, { choice: 'invisible' });
    const gone = await told(watcher, ann, 'offline');
    assert.deepEqual(gone, { type: 'presence.changed', user_id: ann.id, presence: 'offline' });
    await laptop.next('presence.changed', (one) => one.choice === 'invisible');
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline' }]);
    assert.equal(expectStatus(await ann.get('/me/presence'), 200).choice, 'invisible');
    await phone.close();
    await laptop.close();
    await (await ann.connect()).settle();
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline' }], 'nor that they left');
    await saysNothingOf(watcher, ann);
    await put(ann, {});
    await told(watcher, ann, 'online');
});

test('a status of words and an emoji is seen, ends, and outlives a crash', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createDirect(bob);
    const watcher = await bob.connect();
    const before = Date.now();
    const own = await put(ann, { text: 'On a train', emoji: '🚆', expires_in: 3600 });
    const seen = await watcher.next('presence.changed', of(ann));
    assert.deepEqual([seen.text, seen.emoji, seen.presence, seen.until], ['On a train', '🚆', 'offline', own.until]);
    assert.ok(Math.abs(Date.parse(own.until) - before - 3600_000) < 5000);
    await server.restart({ hard: true });
    assert.equal((await ask(bob, ann))[0].text, 'On a train');
    const short = await put(ann, { text: 'Back soon', expires_in: 1 });
    assert.equal((await ask(bob, ann))[0].text, 'Back soon');
    await new Promise((done) => setTimeout(done, Date.parse(short.until) - Date.now() + 20));
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline' }]);
});

test('strangers and members of large rooms are told of whom they watch', async () => {
    const [ann, bob, cal, dan] = await signUpMany(server, 4);
    const room = await ann.createGroup('large', [bob, cal]);
    await addMembers(ann, room, [dan]);
    const [quiet, watcher] = [await bob.connect(), await cal.connect()];
    const reply = await watcher.call('presence.watch', { users: [ann.id, ann.id, 'nobody'] });
    assert.deepEqual(reply.presences[0], { user_id: ann.id, presence: 'offline' });
    const phone = await ann.connect();
    await told(watcher, ann, 'online');
    await watcher.call('presence.watch', { users: [dan.id] });
    await phone.call('presence.set', { choice: 'busy' });
    await dan.connect();
    await told(watcher, dan, 'online');
    await changesAfter(ann, phone);
    await saysNothingOf(watcher, ann);
    await saysNothingOf(quiet, ann);
    await watcher.refused('field.invalid', 'presence.watch', { users: [ann.id, bob.id, cal.id, dan.id] });
});

test('who is blocked sees nothing and cannot tell', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    await ann.createGroup('blocked', [bob, cal]);
    const [blocked, friend] = [await bob.connect(), await cal.connect()];
    expectStatus(await ann.put(`/me/feed/block:${bob.id}`, { value: {} }), 200);
    await told(blocked, ann, 'offline');
    await blocked.call('presence.watch', { users: [ann.id] });
    await ann.connect();
    await put(ann, { text: 'secret' });
    await friend.next('presence.changed', (one) => one.text === 'secret' && one.presence === 'online');
    await saysNothingOf(blocked, ann);
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline' }]);
    assert.deepEqual((await blocked.call('presence.watch', { users: [ann.id] })).presences, [{ user_id: ann.id, presence: 'offline' }]);
    expectStatus(await ann.delete(`/me/feed/block:${bob.id}`), 204);
    assert.equal((await told(blocked, ann, 'online')).text, 'secret');
});

test('for who is blocked somebody goes offline, for others they stay; strangers hear nothing', async () => {
    const [ann, bob, cal, stranger] = await signUpMany(server, 4);
    await ann.createGroup('blocked while there', [bob, cal]);
    const sockets = await Promise.all([bob, cal, stranger].map((one) => one.connect()));
    const [blocked, friend, far] = sockets;
    await ann.connect();
    await Promise.all([told(blocked, ann, 'online'), told(friend, ann, 'online')]);
    for (const other of [bob, stranger])
        expectStatus(await ann.put(`/me/feed/block:${other.id}`, { value: {} }), 200);
    assert.deepEqual(await blocked.next('presence.changed', of(ann)), { type: 'presence.changed', user_id: ann.id, presence: 'offline' });
    await changesAfter(bob, friend);
    await saysNothingOf(friend, ann);
    await put(ann, { text: 'still here' });
    assert.deepEqual(await friend.next('presence.changed', of(ann)), { type: 'presence.changed', user_id: ann.id, presence: 'online', text: 'still here' });
    await saysNothingOf(blocked, ann);
    await saysNothingOf(far, ann);
});

test('who does not want it is not told of by when they were last there, but to themselves', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.createDirect(bob);
    const watcher = await bob.connect();
    expectStatus(await ann.put('/me/feed/settings:no-last-seen', { value: {} }), 200);
    const phone = await ann.connect();
    await told(watcher, ann, 'online');
    await phone.close();
    assert.equal((await told(watcher, ann, 'offline')).last_seen, undefined);
    assert.deepEqual(await ask(bob, ann), [{ user_id: ann.id, presence: 'offline' }]);
    assert.ok(Date.parse((await ask(ann, ann))[0].last_seen) > 0);
    expectStatus(await ann.delete('/me/feed/settings:no-last-seen'), 204);
    assert.ok(Date.parse((await ask(bob, ann))[0].last_seen) > 0);
});

test('when somebody was last seen outlives a stop', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    await ann.connect();
    const before = Date.now();
    await server.restart();
    const [seen] = await ask(bob, ann);
    assert.equal(seen.presence, 'offline');
    assert.ok(Date.parse(seen.last_seen) >= before - 5, seen.last_seen);
});

test('what a presence cannot be', async () => {
    const [ann] = await signUpMany(server, 1);
    for (const [field, wish] of [['choice', { choice: 'gone' }], ['text', { text: 'x'.repeat(21) }], ['text', { text: 'a\u0007' }],
        ['emoji', { emoji: 'ok' }], ['expires_in', { text: 'x', expires_in: 0 }], ['expires_in', { expires_in: 60 }]])
        expectProblem(await ann.put('/me/presence', wish), 422, 'field.invalid', field);
    expectProblem(await ann.get(`/presence?ids=${Array(101).fill(ann.id).join()}`), 422, 'field.invalid', 'ids');
});
