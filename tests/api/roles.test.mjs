// Roles given, taken and handed over, what a room sets anew, and how its peace is kept. Who may do what is a table:
// permissions.test.mjs goes down it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ROLES, setRole } from '../support/acts.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });

const set = (who, room, change) => who.patch(`/rooms/${room.id}`, { ...change, nonce: freshNonce() });

/** A group with one person of each role. */
async function cast() {
    const people = await signUpMany(server, ROLES.length);
    const room = await people[0].createGroup('stage', people.slice(1));
    for (const [at, role] of ROLES.entries())
        if (at > 0 && role !== 'member')
            expectStatus(await setRole(people[0], room, people[at], role), 200);
    return { room, ...Object.fromEntries(ROLES.map((role, at) => [role, people[at]])) };
}

const rolesOf = async (who, room) => Object.fromEntries(
    expectStatus(await who.get(`/rooms/${room.id}/members`), 200).members.map(({ user, role }) => [user.id, role]));

async function onStage() {
    const stage = await cast();
    stage.sockets = Object.fromEntries(await Promise.all(
        ROLES.map(async (role) => [role, await stage[role].connect()])));
    return stage;
}

test('everybody hears of a permission that is raised, and sync tells it', async () => {
    const stage = await onStage();
    expectStatus(await set(stage.owner, stage.room, { permissions: { write: 'owner', react: 'owner' } }), 200);
    for (const role of ROLES) {
        const event = await stage.sockets[role].next('room.updated');
        assert.deepEqual(event.permissions, { write: 'owner', react: 'owner' });
    }
    const sync = await stage.sockets.guest.call('sync', { rooms: { [stage.room.id]: 1 }, only: true });
    assert.deepEqual(sync.rooms[0].permissions, { write: 'owner', react: 'owner' });
});

// ---- roles ----------------------------------------------------------------------------------------

test('roles are given below one\'s own, to people below oneself', async () => {
    const stage = await cast();
    const refused = [['admin', 'moderator', 'admin'], ['admin', 'owner', 'guest'], ['admin', 'member', 'owner'],
        ['moderator', 'member', 'guest'], ['member', 'guest', 'member'], ['guest', 'guest', 'member'], ['owner', 'owner', 'member']];
    for (const [who, whom, role] of refused)
        expectProblem(await setRole(stage[who], stage.room, stage[whom], role), 403, 'room.forbidden');
    const nobody = await signUp(server);
    expectProblem(await setRole(stage.owner, stage.room, nobody, 'member'), 404, 'user.not_found');
    expectProblem(await setRole(nobody, stage.room, stage.guest, 'member'), 404, 'room.not_found');
    expectProblem(await setRole(stage.owner, stage.room, stage.guest, 'king'), 422, 'field.invalid', 'role');
    expectProblem(await stage.owner.patch(`/rooms/${stage.room.id}/members/${stage.guest.id}`, {}), 422, 'field.missing', 'role');
    const socket = await stage.guest.connect();
    const nonce = freshNonce();
    const give = () => stage.admin.patch(`/rooms/${stage.room.id}/members/${stage.guest.id}`, { role: 'moderator', nonce });
    const done = expectStatus(await give(), 200);
    const { type: _, ...event } = await socket.next('room.user.updated');
    assert.deepEqual([event.user_id, event.by, event.role, event.seq], [stage.guest.id, stage.admin.id, 'moderator', done.seq]);
    assert.deepEqual(expectStatus(await give(), 200), { ...done, duplicate: true });
    assert.equal((await stage.guest.room(stage.room)).role, 'moderator');
    expectStatus(await setRole(stage.guest, stage.room, stage.guest, 'guest'), 200);
    expectProblem(await setRole(stage.guest, stage.room, stage.guest, 'moderator'), 403, 'room.forbidden');
    const direct = await stage.owner.createDirect(stage.guest);
    expectProblem(await setRole(stage.owner, direct, stage.guest, 'guest'), 409, 'room.direct_fixed');
});

test('a room is handed over by its owner, who is an admin then; kill -9 changes nothing', async () => {
    const stage = await cast();
    const socket = await stage.member.connect();
    const { seq } = expectStatus(await setRole(stage.owner, stage.room, stage.guest, 'owner'), 200);
    const events = [await socket.next('room.user.updated'), await socket.next('room.user.updated')];
    assert.deepEqual(events.map(({ seq, user_id, role }) => [seq, user_id, role]),
        [[seq, stage.guest.id, 'owner'], [seq + 1, stage.owner.id, 'admin']]);
    const expected = { [stage.guest.id]: 'owner', [stage.owner.id]: 'admin', [stage.admin.id]: 'admin',
        [stage.moderator.id]: 'moderator', [stage.member.id]: 'member' };
    assert.deepEqual(await rolesOf(stage.member, stage.room), expected);
    await server.restart({ hard: true });
    assert.deepEqual(await rolesOf(stage.member, stage.room), expected);
    expectProblem(await setRole(stage.owner, stage.room, stage.member, 'owner'), 403, 'room.forbidden');
    expectStatus(await setRole(stage.guest, stage.room, stage.owner, 'guest'), 200);
});

test('an owner who leaves is followed by the longest-standing of the highest role', async () => {
    const stage = await cast();
    const leave = (who) => who.delete(`/rooms/${stage.room.id}/members/${who.id}`);
    expectStatus(await leave(stage.owner), 204);
    assert.equal((await rolesOf(stage.guest, stage.room))[stage.admin.id], 'owner');
    expectStatus(await leave(stage.admin), 204);
    assert.equal((await rolesOf(stage.guest, stage.room))[stage.moderator.id], 'owner');
    expectStatus(await leave(stage.moderator), 204);
    assert.equal((await rolesOf(stage.guest, stage.room))[stage.member.id], 'owner');
    expectStatus(await leave(stage.member), 204);
    assert.deepEqual(await rolesOf(stage.guest, stage.room), { [stage.guest.id]: 'owner' });
});

// ---- settings --------------------------------------------------------------------------------------

test('a room has a topic, which can be taken away', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('about', [bob]);
    const socket = await bob.connect();
    assert.equal(expectStatus(await set(ann, room, { topic: 'Tea, mostly 🍵' }), 200).topic, 'Tea, mostly 🍵');
    assert.equal((await socket.next('room.updated')).topic, 'Tea, mostly 🍵');
    assert.equal((await socket.call('sync', { rooms: {} })).rooms[0].topic, 'Tea, mostly 🍵');
    expectProblem(await set(ann, room, { topic: 'two\nlines' }), 422, 'field.invalid', 'topic');
    expectProblem(await set(ann, room, { topic: 'x'.repeat(1025) }), 422, 'field.invalid', 'topic');
    assert.equal(expectStatus(await set(ann, room, { topic: '' }), 200).topic, undefined);
    const made = expectStatus(await ann.post('/rooms', { kind: 'group', name: 'news', topic: 'at once', members: [bob.id],
        permissions: { write: 'moderator' }, nonce: freshNonce() }), 201);
    assert.deepEqual([made.topic, made.permissions], ['at once', { write: 'moderator' }]);
    expectProblem(await bob.post(`/rooms/${made.id}/messages`, { content: text('x') }), 403, 'room.forbidden');
});

test('in an archived room nobody writes, in a locked one its moderators do', async () => {
    const stage = await onStage();
    const say = (role) => stage[role].post(`/rooms/${stage.room.id}/messages`, { content: text('x'), nonce: freshNonce() });
    const said = await stage.member.say(stage.room, 'before');
    expectStatus(await set(stage.moderator, stage.room, { locked: true }), 200);
    expectProblem(await say('member'), 403, 'room.locked');
    await stage.sockets.member.refused('room.locked', 'message.send', { room: stage.room.id, content: text('x') });
    await stage.sockets.member.refused('room.locked', 'message.edit', { room: stage.room.id, seq: said.seq, content: text('x') });
    await stage.sockets.guest.refused('room.locked', 'message.react', { room: stage.room.id, seq: said.seq, emoji: '👍' });
    expectStatus(await say('moderator'), 201);
    expectStatus(await set(stage.moderator, stage.room, { locked: false }), 200);
    expectStatus(await say('member'), 201);
    expectStatus(await set(stage.admin, stage.room, { archived: true }), 200);
    for (const role of ROLES.slice(0, 4))
        expectProblem(await say(role), 403, 'room.archived');
    await stage.sockets.owner.refused('room.archived', 'message.pin', { room: stage.room.id, seq: said.seq });
    assert.equal((await stage.guest.room(stage.room)).archived, true);
    assert.ok(expectStatus(await stage.guest.get(`/rooms/${stage.room.id}/messages`), 200).messages.length > 1, 'it is read');
    expectStatus(await stage.member.delete(`/rooms/${stage.room.id}/messages/${said.seq}`), 204);
    expectStatus(await set(stage.admin, stage.room, { archived: false }), 200);
    expectStatus(await say('member'), 201);
});

test('slow mode: one waits between two messages, also after kill -9; moderators do not', async () => {
    const stage = await onStage();
    const send = (role, nonce = freshNonce()) => stage[role].post(`/rooms/${stage.room.id}/messages`, { content: text('x'), nonce });
    expectStatus(await set(stage.moderator, stage.room, { slow_mode_s: 600 }), 200);
    const nonce = freshNonce();
    const first = expectStatus(await send('member', nonce), 201);
    const refused = await send('member');
    expectProblem(refused, 429, 'room.slow_mode');
    assert.ok(refused.headers['retry-after'] > 500 && refused.headers['retry-after'] <= 600);
    const error = await stage.sockets.member.refused('room.slow_mode', 'message.send', { room: stage.room.id, content: text('x') });
    assert.ok(error.retry_after > 500 && error.retry_after <= 600);
    assert.equal(expectStatus(await send('member', nonce), 200).seq, first.seq, 'a retry is answered');
    for (let n = 0; n < 3; n++)
        expectStatus(await send('moderator'), 201);
    await server.restart({ hard: true });
    expectProblem(await send('member'), 429, 'room.slow_mode');
    const burst = await Promise.all(Array.from({ length: 8 }, () => send('owner')));
    burst.forEach((answer) => expectStatus(answer, 201));
    expectProblem(await set(stage.owner, stage.room, { slow_mode_s: 999999 }), 422, 'field.invalid', 'slow_mode_s');
    expectStatus(await set(stage.owner, stage.room, { slow_mode_s: 0 }), 200);
    expectStatus(await send('member'), 201);
});

test('slow mode: of many sent at once by one person, one is taken', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('slow', [bob]);
    expectStatus(await set(ann, room, { slow_mode_s: 600 }), 200);
    const socket = await bob.connect();
    const replies = await Promise.all(Array.from({ length: 20 }, () =>
        socket.request('message.send', { room: room.id, nonce: freshNonce(), content: text('x') })));
    assert.equal(replies.filter(({ ok }) => ok).length, 1);
    assert.ok(replies.every(({ ok, error }) => ok || error.code === 'room.slow_mode'));
});

// ---- moderation --------------------------------------------------------------------------------------

test('who is muted does not write until their time has come, also after kill -9', async () => {
    const stage = await onStage();
    const path = `/rooms/${stage.room.id}/members/${stage.member.id}/mute`;
    const said = await stage.member.say(stage.room, 'too loud');
    const nonce = freshNonce();
    const mute = () => stage.moderator.put(path, { seconds: 600, reason: 'too loud', nonce });
    const done = expectStatus(await mute(), 200);
    const event = await stage.sockets.member.next('room.user.muted');
    assert.deepEqual([event.seq, event.user_id, event.by, event.seconds, event.reason],
        [done.seq, stage.member.id, stage.moderator.id, 600, 'too loud']);
    assert.deepEqual(expectStatus(await mute(), 200), { ...done, duplicate: true });
    const refusedAll = async (socket) => {
        for (const [type, fields] of [['message.send', { content: text('x') }], ['message.edit', { seq: said.seq, content: text('x') }],
            ['message.react', { seq: said.seq, emoji: '👍' }], ['room.typing', {}]]) {
            const { retry_after } = await socket.refused('room.muted', type, { room: stage.room.id, ...fields });
            assert.ok(retry_after > 500 && retry_after <= 600);
        }
    };
    await refusedAll(stage.sockets.member);
    await server.restart({ hard: true });
    const socket = await stage.member.connect();
    await refusedAll(socket);
    const { members } = expectStatus(await stage.guest.get(`/rooms/${stage.room.id}/members`), 200);
    const muted = members.filter((one) => one.muted_until);
    assert.deepEqual(muted.map(({ user }) => user.id), [stage.member.id]);
    assert.equal(Date.parse(muted[0].muted_until) - Date.parse(event.created_at), 600_000);
    const ownMute = async (person) => expectStatus(await person.get(`/rooms/${stage.room.id}`), 200).muted_until;
    assert.equal(await ownMute(stage.member), muted[0].muted_until);
    assert.equal(await ownMute(stage.guest), undefined);
    expectProblem(await stage.member.delete(path), 403, 'room.forbidden');
    expectStatus(await stage.moderator.delete(path), 204);
    await socket.next('room.user.unmuted');
    assert.ok(!(Date.parse(await ownMute(stage.member)) > Date.now()), 'the mute is over');
    await stage.member.say(stage.room, 'again');
    expectProblem(await stage.moderator.put(path, {}), 422, 'field.missing', 'seconds');
    expectProblem(await stage.moderator.put(path, { seconds: 0 }), 422, 'field.invalid', 'seconds');
    expectProblem(await stage.moderator.put(path, { seconds: 9, reason: '\u0007' }), 422, 'field.invalid', 'reason');
});

test('who is removed is told why', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('strict', [bob, cal]);
    const socket = await bob.connect();
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`, { reason: 'spam', nonce: freshNonce() }), 204);
    assert.equal((await socket.next('room.user.left')).reason, 'spam');
    assert.equal((await cal.events(room)).at(-1).reason, 'spam');
    const own = await ann.connect();
    await own.call('member.remove', { room: room.id, user_id: cal.id, reason: 'also spam' });
    assert.equal((await own.next('room.user.left')).reason, 'also spam');
});
