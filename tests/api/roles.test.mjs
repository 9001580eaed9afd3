// Who may do what: every role and every act, by REST and on a socket, allowed or refused as the table
// says; what a room sets anew; roles given, taken and handed over.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { ROOT, serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const ROLES = ['owner', 'admin', 'moderator', 'member', 'guest'];
const table = JSON.parse(readFileSync(join(ROOT, 'schema/permissions.json'), 'utf8'));
const reaches = (role, least) => ROLES.indexOf(role) <= ROLES.indexOf(least);

const setRole = (who, room, whom, role) =>
    who.patch(`/rooms/${room.id}/members/${whom.id}`, { role, nonce: freshNonce() });
const set = (who, room, change) => who.patch(`/rooms/${room.id}`, { ...change, nonce: freshNonce() });

/** A group with one person of each role. */
async function cast() {
    const people = await signUpMany(server, ROLES.length);
    const room = await people[0].createGroup('stage', people.slice(1));
    for (const [at, role] of ROLES.entries())
        if (at > 0 && role !== 'member')
            expectStatus(await setRole(people[0], room, people[at], role), 200);
    const elsewhere = await people[0].createGroup('elsewhere', people.slice(1)); // where all may write
    return { room, elsewhere, ...Object.fromEntries(ROLES.map((role, at) => [role, people[at]])) };
}

const rolesOf = async (who, room) => Object.fromEntries(
    expectStatus(await who.get(`/rooms/${room.id}/members`), 200).members.map(({ user, role }) => [user.id, role]));

// ---- the table ----------------------------------------------------------------------------------

const room_ = ({ room }) => `/rooms/${room.id}`;
const at = (stage) => `${room_(stage)}/messages/${stage.said.seq}`;
const everyone = { ...text('x'), mentions: ['everyone'] };
const thumb = encodeURIComponent('👍');
const patch = (change) => ({
    rest: (who, stage) => who.patch(room_(stage), change()),
    ws: ['room.update', change],
});

/** Permission, and for each door how to use it. Each needs a fresh message of the owner's, `said`. */
const ACTS = [
    ['write', { rest: (who, stage) => who.post(`${room_(stage)}/messages`, { content: text('x') }),
        ws: ['message.send', () => ({ content: text('x') })] }],
    ['write', { ws: ['room.typing', () => ({})] }],
    ['react', { rest: (who, stage) => who.put(`${at(stage)}/reactions/${thumb}`, {}),
        ws: ['message.react', ({ said }) => ({ seq: said.seq, emoji: '👍' })] }],
    ['mention_all', { refusal: (role) => (role === 'guest' ? 'room.forbidden' : 'mention.forbidden'),
        rest: (who, stage) => who.post(`${room_(stage)}/messages`, { content: everyone }),
        ws: ['message.send', () => ({ content: everyone })] }],
    ['pin', { rest: (who, stage) => who.put(`${room_(stage)}/pins/${stage.said.seq}`, {}),
        ws: ['message.pin', ({ said }) => ({ seq: said.seq })] }],
    ['delete', { refusal: 'message.forbidden', rest: (who, stage) => who.delete(at(stage)),
        ws: ['message.delete', ({ said }) => ({ seq: said.seq })] }],
    ['invite', { rest: async (who, stage) => who.post(`${room_(stage)}/members`, { user_id: (await signUp(server)).id }),
        ws: ['member.add', async () => ({ user_id: (await signUp(server)).id })] }],
    ['invite', { rest: async (who, stage) => who.put(`${room_(stage)}/requests/${(await asker(stage)).id}`, {}),
        ws: ['request.close', async (stage) => ({ user_id: (await asker(stage)).id })] }],
    ['remove', { rest: async (who, stage) => who.delete(`${room_(stage)}/members/${(await extra(stage)).id}`),
        ws: ['member.remove', async (stage) => ({ user_id: (await extra(stage)).id })] }],
    ['roles', { rest: async (who, stage) => who.patch(`${room_(stage)}/members/${(await extra(stage)).id}`, { role: 'member' }),
        ws: ['member.update', async (stage) => ({ user_id: (await extra(stage)).id, role: 'member' })] }],
    ['mute', { rest: async (who, stage) => who.put(`${room_(stage)}/members/${(await extra(stage)).id}/mute`, { seconds: 60 }),
        ws: ['member.mute', async (stage) => ({ user_id: (await extra(stage)).id, seconds: 60 })] }],
    ['ban', { rest: async (who, stage) => who.put(`${room_(stage)}/bans/${(await extra(stage)).id}`, {}),
        ws: ['member.ban', async (stage) => ({ user_id: (await extra(stage)).id })] }],
    ['ban', { rest: (who, stage) => who.get(`${room_(stage)}/bans`),
        ws: ['member.unban', async (stage) => {
            const person = await extra(stage);
            expectStatus(await stage.owner.put(`${room_(stage)}/bans/${person.id}`, {}), 200);
            return { user_id: person.id };
        }] }],
    ['forward', { rest: (who, stage) => who.post(`${at(stage)}/forward`, { to: stage.elsewhere.id }),
        ws: ['message.forward', (stage) => ({ seq: stage.said.seq, to: stage.elsewhere.id })] }],
    ['audit', { rest: (who, stage) => who.get(`${room_(stage)}/audit`) }],
    ['edit', patch(() => ({ name: 'other', topic: 'what about', visibility: 'private', join: 'free' }))],
    ['slow_mode', patch(() => ({ slow_mode_s: 0 }))],
    ['lock', patch(() => ({ locked: false }))],
    ['archive', patch(() => ({ archived: false }))],
    ['permissions', patch(() => ({ permissions: { mention_all: 'moderator' } }))],
];

/** Somebody who asks to be let in. */
async function asker(stage) {
    const person = await signUp(server);
    expectStatus(await stage.owner.patch(room_(stage), { visibility: 'public', join: 'approval' }), 200);
    expectStatus(await person.post(`${room_(stage)}/requests`, {}), 200);
    return person;
}

/** Somebody of the lowest role, to whom things are done. */
async function extra(stage) {
    const person = await signUp(server);
    expectStatus(await stage.owner.post(`${room_(stage)}/members`, { user_id: person.id }), 201);
    expectStatus(await setRole(stage.owner, stage.room, person, 'guest'), 200);
    return person;
}

const codeOf = (refusal, role) => (typeof refusal === 'function' ? refusal(role) : refusal);

async function byRest(stage, role, permission, { rest, refusal = 'room.forbidden' }, allowed) {
    const answer = await rest(stage[role], stage);
    const what = `${permission} by ${role} over REST`;
    if (!allowed)
        return void expectProblem(answer, 403, codeOf(refusal, role));
    assert.ok(answer.status < 300, `${what}: ${answer.bytes}`);
}

/** What is only read has no command. */
async function bySocket(stage, role, permission, { ws, refusal = 'room.forbidden' }, allowed) {
    if (!ws)
        return;
    const [type, fields] = ws;
    const reply = await stage.sockets[role].request(type, { room: stage.room.id, ...await fields(stage) });
    assert.equal(reply.ok, allowed, `${permission} by ${role}: ${JSON.stringify(reply)}`);
    if (!allowed)
        assert.equal(reply.error.code, codeOf(refusal, role));
}

async function onStage() {
    const stage = await cast();
    stage.sockets = Object.fromEntries(await Promise.all(
        ROLES.map(async (role) => [role, await stage[role].connect()])));
    return stage;
}

async function tryAll(stage, acts, permits) {
    for (const [permission, act] of acts)
        for (const role of ROLES)
            for (const door of [byRest, bySocket]) {
                if (door === byRest && !act.rest)
                    continue;
                stage.said = await stage.owner.say(stage.room, 'to be acted upon');
                await door(stage, role, permission, act, permits(role, permission));
            }
}

test('every role and every act, by both doors: as the table says', async () => {
    const stage = await onStage();
    const defaults = Object.fromEntries(table.map(({ name, default: least }) => [name, least]));
    const tried = new Set(ACTS.map(([permission]) => permission));
    assert.deepEqual(table.map(({ name }) => name).filter((name) => !tried.has(name)), [], 'nothing was forgotten');
    await tryAll(stage, ACTS, (role, permission) => reaches(role, defaults[permission]));
});

test('what the room sets holds instead, and only within what can be set', async () => {
    const stage = await onStage();
    for (const { name, least } of table) {
        const low = ROLES[ROLES.indexOf(least) + 1];
        if (low)
            expectProblem(await set(stage.owner, stage.room, { permissions: { [name]: low } }), 422, 'field.invalid', `permissions.${name}`);
        expectProblem(await set(stage.owner, stage.room, { permissions: { [name]: 'king' } }), 422, 'field.invalid', `permissions.${name}`);
        expectStatus(await set(stage.owner, stage.room, { permissions: { [name]: least } }), 200);
    }
    assert.deepEqual((await stage.guest.room(stage.room)).permissions,
        Object.fromEntries(table.map(({ name, least }) => [name, least])));
    const leasts = Object.fromEntries(table.map(({ name, least }) => [name, least]));
    await tryAll(stage, ACTS.filter(([name]) => name !== 'roles' && name !== 'remove'),
        (role, permission) => reaches(role, leasts[permission]));
    expectProblem(await set(stage.owner, stage.room, { permissions: 'all' }), 422, 'field.invalid', 'permissions');
    expectProblem(await set(stage.owner, stage.room, { permissions: {} }), 422, 'field.missing');
});

test('a permission is raised to the owner alone, and everybody hears of it', async () => {
    const stage = await onStage();
    expectStatus(await set(stage.owner, stage.room, { permissions: { write: 'owner', react: 'owner' } }), 200);
    for (const role of ROLES) {
        const event = await stage.sockets[role].next('room.updated');
        assert.deepEqual(event.permissions, { write: 'owner', react: 'owner' });
    }
    await tryAll(stage, ACTS.slice(0, 3), (role) => role === 'owner');
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
