// What holds for people who have just come, to a room or to the server: they write more slowly, and some things not
// at all, until a time that they are told.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);
const HOUR = 3600;

const send = (who, room, words, content = {}) =>
    who.post(`/rooms/${room.id}/messages`, { content: { ...text(words), ...content }, nonce: freshNonce() });

/** Refused, and told from when on it may be: within this many seconds of then. */
function expectNotYet(answer, since, seconds) {
    const problem = expectProblem(answer, 403, 'newcomer.limited');
    assert.equal(Date.parse(problem.until), Date.parse(since) + seconds * 1000);
    assert.ok(problem.detail.includes(problem.until), problem.detail);
    assert.ok(problem.retry_after > 0 && problem.retry_after <= seconds);
}

async function stage(newcomers) {
    const [ann, mod, bob] = await signUpMany(server, 3);
    const room = await ann.createGroup('new', [mod, bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${mod.id}`, { role: 'moderator' }), 200);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { permissions: { mention_all: 'member' }, newcomers }), 200);
    const { members } = expectStatus(await ann.get(`/rooms/${room.id}/members`), 200);
    return { ann, mod, bob, room, joined: members.find(({ user }) => user.id === bob.id).joined_at };
}

/** Sets it for the whole server until the test is over. */
async function everywhere(t, newcomers) {
    expectStatus(await admin.patch('/admin/settings', { newcomers }), 200);
    t.after(() => admin.patch('/admin/settings', { newcomers: null }));
}

test('newcomers to a room post no links and do not mention everybody, until the time that they are told', async () => {
    const { ann, mod, bob, room, joined } = await stage({ seconds: HOUR, bars: ['links', 'mention_all'] });
    expectNotYet(await send(bob, room, 'see https://example.org'), joined, HOUR);
    expectNotYet(await send(bob, room, 'all of you!', { mentions: ['everyone'] }), joined, HOUR);
    const said = expectStatus(await send(bob, room, 'hello'), 201);
    expectNotYet(await bob.patch(`/rooms/${room.id}/messages/${said.seq}`, { content: text('https://example.org') }), joined, HOUR);
    for (const who of [ann, mod])
        expectStatus(await send(who, room, 'see https://example.org', { mentions: ['everyone'] }), 201);
    const view = expectStatus(await bob.get(`/rooms/${room.id}`), 200);
    assert.deepEqual(view.newcomers, { seconds: HOUR, bars: ['links', 'mention_all'] });
    assert.equal(view.joined_at, joined);
    expectStatus(await mod.patch(`/rooms/${room.id}`, { newcomers: null }), 200);
    expectStatus(await send(bob, room, 'see https://example.org'), 201);
});

test('who has been in the room for as long as it says is a newcomer no more', async () => {
    const { bob, room, joined } = await stage({ seconds: 1, bars: ['links'] });
    while (Date.now() <= Date.parse(joined) + 1000)
        await new Promise((done) => setTimeout(done, 20));
    expectStatus(await send(bob, room, 'see https://example.org'), 201);
});

test('newcomers to a room wait between two messages, and no longer than others where that is longer', async () => {
    const { ann, bob, room } = await stage({ seconds: HOUR, slow_mode_s: 60 });
    expectStatus(await send(bob, room, 'one'), 201);
    const refused = await send(bob, room, 'two');
    const problem = expectProblem(refused, 429, 'room.slow_mode');
    assert.match(problem.detail, /newcomers/);
    assert.ok(problem.retry_after > 0 && problem.retry_after <= 60);
    expectStatus(await send(ann, room, 'one'), 201);
    expectStatus(await send(ann, room, 'two'), 201);
});

test('newcomers to the server are held to it in every room, also in their own', async (t) => {
    const [bob] = await signUpMany(server, 1);
    const room = await bob.createGroup('own');
    await everywhere(t, { seconds: HOUR, bars: ['links', 'mention_all'] });
    expectNotYet(await send(bob, room, 'see https://example.org'), bob.user.created_at, HOUR);
    expectNotYet(await send(bob, room, 'all!', { mentions: ['everyone'] }), bob.user.created_at, HOUR);
    expectStatus(await send(bob, room, 'hello'), 201);
    const service = expectStatus(await bob.get('/service'), 200);
    assert.deepEqual(service.newcomers, { seconds: HOUR, bars: ['links', 'mention_all'] });
    await everywhere(t, { seconds: 1, bars: ['links'] });
    while (Date.now() <= Date.parse(bob.user.created_at) + 1000)
        await new Promise((done) => setTimeout(done, 20));
    expectStatus(await send(bob, room, 'see https://example.org'), 201);
});

test('what one connection sends is numbered in the order sent, of newcomers to the server and of those who are none', async (t) => {
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('ordered');
    const socket = await ann.connect();
    for (const seconds of [HOUR, 1]) {
        while (Date.now() <= Date.parse(ann.user.created_at) + 1000)
            await new Promise((done) => setTimeout(done, 20));
        await everywhere(t, { seconds, bars: ['strangers'] });
        const replies = await Promise.all(Array.from({ length: 250 }, (_, n) =>
            socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`${n}`) })));
        replies.forEach((reply, at) => assert.equal(reply.seq, replies[0].seq + at, `with ${seconds} s`));
    }
});

test('newcomers to the server talk with those who share a room with them or have them as a contact, not with strangers', async (t) => {
    const [ann, bob, cal, dora] = await signUpMany(server, 4);
    const room = await ann.createGroup('shared', [bob]);
    expectStatus(await cal.put(`/me/feed/contact:${bob.id}`, { value: {} }), 200);
    await everywhere(t, { seconds: HOUR, bars: ['strangers'] });
    const talk = (who, to) => who.post('/rooms', { kind: 'direct', members: [to.id] });
    expectNotYet(await talk(bob, dora), bob.user.created_at, HOUR);
    expectNotYet(await bob.post('/rooms', { kind: 'group', name: 'all', members: [ann.id, dora.id] }), bob.user.created_at, HOUR);
    const own = await bob.createGroup('own');
    expectNotYet(await bob.post(`/rooms/${own.id}/members`, { user_id: dora.id }), bob.user.created_at, HOUR);
    const first = expectStatus(await talk(bob, ann), 201);
    expectStatus(await talk(bob, cal), 201);
    expectStatus(await bob.post(`/rooms/${own.id}/members`, { user_id: cal.id }), 201);
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${bob.id}`), 204);
    assert.equal(expectStatus(await talk(bob, ann), 200).id, first.id, 'what was begun goes on');
    expectStatus(await send(bob, first, 'hello'), 201);
});

test('what makes no sense is refused with what is wrong', async () => {
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('wrong');
    const refused = async (who, path, newcomers, field, code = 'field.invalid') =>
        assert.equal(expectProblem(await who.patch(path, { newcomers }), 422, code).field, field, JSON.stringify(newcomers));
    const own = `/rooms/${room.id}`;
    await refused(ann, own, 'all', 'newcomers');
    await refused(ann, own, {}, 'newcomers.seconds', 'field.missing');
    await refused(ann, own, { seconds: 60 }, 'newcomers');
    await refused(ann, own, { seconds: 2592001, bars: ['links'] }, 'newcomers.seconds');
    await refused(ann, own, { seconds: 60, slow_mode_s: -1 }, 'newcomers.slow_mode_s');
    await refused(ann, own, { seconds: 60, bars: 'links' }, 'newcomers.bars');
    await refused(ann, own, { seconds: 60, bars: ['strangers'] }, 'newcomers.bars');
    await refused(admin, '/admin/settings', { seconds: 60, bars: ['all'] }, 'newcomers.bars');
    expectProblem(await admin.patch('/admin/settings', {}), 422, 'field.missing');
});
