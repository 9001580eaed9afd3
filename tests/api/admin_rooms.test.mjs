// What the administrators of a server see of its groups and do to them, without being in them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { makeAdmin, serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany } from '../support/people.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);

const word = () => `w${freshNonce().replaceAll('-', '')}`;
const list = async (query) => expectStatus(await admin.get(`/admin/rooms?${query}`), 200);
const found = async (query) => (await list(query)).rooms.map(({ id }) => id);
const see = async (room) => expectStatus(await admin.get(`/admin/rooms/${room.id}`), 200);
const oversee = async (room, acts) => expectStatus(await admin.patch(`/admin/rooms/${room.id}`, acts), 200);
const rows = async (room) => (await room.owner.get(`/rooms/${room.id}/audit`)).body.entries;

/** A group with a name of its own, and its people. */
async function aGroup(count = 1, more = {}) {
    const [ann, ...others] = await signUpMany(server, count + 1);
    const name = word();
    const room = expectStatus(await ann.post('/rooms', { kind: 'group', name, members: others.map(({ id }) => id), ...more }), 201);
    return { ann, others, name, room: { ...room, owner: ann } };
}

test('nobody else sees or does anything of it, nor learns whether there is such a room', async () => {
    const { ann, room } = await aGroup();
    for (const id of [room.id, 'AAAAAAAAAAA'])
        for (const answer of [
            await ann.get('/admin/rooms'), await ann.get(`/admin/rooms/${id}`), await ann.get(`/admin/rooms/${id}/members`),
            await ann.patch(`/admin/rooms/${id}`, { locked: true }),
        ])
            expectProblem(answer, 403, 'auth.forbidden');
    assert.equal((await see(room)).locked, false);
    expectProblem(await admin.get('/admin/rooms/AAAAAAAAAAA'), 404, 'room.not_found');
    expectProblem(await admin.patch('/admin/rooms/AAAAAAAAAAA', { locked: true }), 404, 'room.not_found');
});

test('groups are found by words of their names and topics, by their ids and by how they stand, page by page', async () => {
    const { ann, others: [bob], room, name } = await aGroup(1, { topic: 'Größe and weight' });
    await ann.say(room, 'hello');
    const [row] = (await list(`search=${name.slice(0, 12).toUpperCase()}%20gr%C3%B6`)).rooms;
    assert.deepEqual({ ...row, created_at: undefined, last_at: undefined, owner: row.owner.id }, {
        id: room.id, kind: 'group', name, topic: 'Größe and weight', created_at: undefined, last_at: undefined,
        last_seq: 4, messages: 1, member_count: 2, owner: ann.id, visibility: 'private', locked: false, archived: false, held: [],
    });
    assert.deepEqual(await found(`search=${room.id}`), [room.id]);
    assert.deepEqual(await found(`search=${name}&state=public`), []);
    assert.deepEqual(await found(`search=${name}&state=empty`), []);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { locked: true, name: `${name} anew` }), 200);
    assert.deepEqual(await found(`search=anew%20${name}&state=locked`), [room.id]);
    for (const who of [bob, ann])
        expectStatus(await who.delete(`/rooms/${room.id}/members/${who.id}`), 204);
    assert.deepEqual(await found(`search=${name}&state=empty`), [room.id]);
    assert.equal((await see(room)).owner, undefined);
    const same = word();
    const ids = [];
    for (let i = 0; i < 3; i++)
        ids.push((await ann.createGroup(same, [])).id);
    const seen = [];
    for (let cursor = '', next = ''; next !== null; cursor = `&cursor=${encodeURIComponent(next)}`) {
        const page = await list(`search=${same}&limit=1${cursor}`);
        seen.push(...page.rooms.map(({ id }) => id));
        next = page.next;
    }
    assert.deepEqual(seen.sort(), ids.sort());
    assert.equal(expectProblem(await admin.get('/admin/rooms?state=gone'), 422, 'field.invalid').field, 'state');
    assert.equal(expectProblem(await admin.get('/admin/rooms?cursor=gone'), 422, 'field.invalid').field, 'cursor');
    assert.equal(expectProblem(await admin.get('/admin/rooms?search=a+b+c+d+e'), 422, 'field.invalid').field, 'search');
});

test('what two have with each other is not among them', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createDirect(bob);
    assert.deepEqual(await found(`search=${room.id}`), []);
    for (const answer of [await admin.get(`/admin/rooms/${room.id}`), await admin.get(`/admin/rooms/${room.id}/members`),
        await admin.patch(`/admin/rooms/${room.id}`, { locked: true })])
        expectProblem(answer, 404, 'room.not_found');
});

test('its people are listed, and nothing of what they say can be read', async () => {
    const { ann, others: [bob], room } = await aGroup();
    const said = await ann.say(room, 'between us');
    const first = expectStatus(await admin.get(`/admin/rooms/${room.id}/members?limit=1`), 200);
    const second = expectStatus(await admin.get(`/admin/rooms/${room.id}/members?limit=1&cursor=${first.next}`), 200);
    const roles = Object.fromEntries([...first.members, ...second.members].map(({ user, role }) => [user.id, role]));
    assert.deepEqual([roles[ann.id], roles[bob.id], second.next], ['owner', 'member', null]);
    await oversee(room, { locked: true, owner: bob.id });
    for (const path of ['', '/messages', '/events', '/members', `/messages/${said.seq}`, '/audit', '/pins'])
        expectProblem(await admin.get(`/rooms/${room.id}${path}`), 404, 'room.not_found');
    expectProblem(await admin.post(`/rooms/${room.id}/messages`, { content: { type: 'text', text: 'x' }, nonce: freshNonce() }), 404, 'room.not_found');
    assert.ok(!JSON.stringify([await list(`search=${room.id}`), await see(room)]).includes('between us'));
});

test('what is locked, closed and unlisted stays so whatever its people do, and they are told why', async () => {
    const { ann, others: [bob], room, name } = await aGroup(1, { visibility: 'public' });
    const socket = await bob.connect();
    const locked = await oversee(room, { locked: true, unlisted: true, reason: 'too much noise' });
    assert.deepEqual([locked.locked, locked.visibility, locked.held], [true, 'private', ['locked', 'unlisted']]);
    const told = await socket.next('room.updated');
    assert.deepEqual([told.locked, told.visibility, told.unlisted, told.by_server, told.reason, told.sender],
        [true, 'private', true, true, 'too much noise', admin.id]);
    expectProblem(await bob.post(`/rooms/${room.id}/messages`, { content: { type: 'text', text: 'x' }, nonce: freshNonce() }), 403, 'room.locked');
    await ann.say(room, 'who may lock it writes');
    for (const change of [{ locked: false }, { visibility: 'public' }, { locked: false, visibility: 'public' }])
        assert.match(expectProblem(await ann.patch(`/rooms/${room.id}`, change), 403, 'room.forbidden').detail, /administrator of this server/);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { topic: 'still theirs' }), 200);
    assert.deepEqual((await bob.room(room)).held, ['locked', 'unlisted']);
    assert.deepEqual(expectStatus(await bob.get(`/directory?search=${name}`), 200).rooms, []);

    assert.deepEqual((await oversee(room, { archived: true })).held, ['locked', 'archived', 'unlisted']);
    await server.restart({ hard: true });
    expectProblem(await ann.post(`/rooms/${room.id}/messages`, { content: { type: 'text', text: 'x' }, nonce: freshNonce() }), 403, 'room.archived');
    expectProblem(await ann.patch(`/rooms/${room.id}`, { archived: false }), 403, 'room.forbidden');
    assert.ok(expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200).messages.length, 'they still read');

    const free = await oversee(room, { locked: false, archived: false, unlisted: false });
    assert.deepEqual([free.locked, free.archived, free.visibility, free.held], [false, false, 'private', []]);
    await bob.say(room, 'again');
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'public' }), 200);
    assert.deepEqual(expectStatus(await bob.get(`/directory?search=${name}`), 200).rooms.map(({ id }) => id), [room.id]);
    const ofAdmin = (await rows(room)).filter(({ by }) => by === admin.id);
    assert.deepEqual(ofAdmin.map(({ type, details }) => [type, details.by_server, details.locked, details.reason]),
        [['room.updated', true, false, undefined], ['room.updated', true, undefined, undefined], ['room.updated', true, true, 'too much noise']]);
    const everywhere = expectStatus(await admin.get(`/audit?by=${admin.id}`), 200).entries;
    assert.equal(everywhere.filter(({ room: where }) => where === room.id).length, 3);
});

test('a room whose owner is of no help gets another one, and the old one is an admin', async () => {
    const { ann, others: [bob, cal], room } = await aGroup(2);
    const [socket, hers] = [await cal.connect(), await ann.connect()];
    const given = await oversee(room, { owner: bob.id, reason: 'ann is away' });
    assert.equal(given.owner.id, bob.id);
    for (const one of [socket, hers]) {
        const told = await one.next('room.updated');
        assert.deepEqual([told.owner, told.by_server, told.reason], [bob.id, true, 'ann is away']);
    }
    assert.deepEqual([(await ann.room(room)).role, (await bob.room(room)).role], ['admin', 'owner']);
    const [row] = expectStatus(await bob.get(`/rooms/${room.id}/audit`), 200).entries;
    assert.deepEqual([row.type, row.by, row.user_id, row.details.reason], ['room.updated', admin.id, bob.id, 'ann is away']);
    expectStatus(await bob.patch(`/rooms/${room.id}/members/${cal.id}`, { role: 'admin' }), 200);
    expectProblem(await ann.patch(`/rooms/${room.id}/members/${bob.id}`, { role: 'member' }), 403, 'room.forbidden');
    const stranger = await signUp(server);
    for (const owner of [stranger.id, bob.id, 'nobody'])
        assert.equal(expectProblem(await admin.patch(`/admin/rooms/${room.id}`, { owner }), 422, 'field.invalid').field, 'owner');
    await server.restart({ hard: true });
    assert.deepEqual([(await ann.room(room)).role, (await see(room)).owner.id], ['admin', bob.id]);
});

test('an act is done once for each nonce, and what asks for nothing is refused', async () => {
    const { room } = await aGroup();
    const nonce = freshNonce();
    await oversee(room, { locked: true, nonce });
    await oversee(room, { locked: true, nonce });
    assert.equal((await room.owner.events(room)).filter(({ type }) => type === 'room.updated').length, 1);
    expectProblem(await admin.patch(`/admin/rooms/${room.id}`, { reason: 'why not' }), 422, 'field.missing');
    assert.equal(expectProblem(await admin.patch(`/admin/rooms/${room.id}`, { locked: true, reason: 'x'.repeat(5000) }), 422, 'field.invalid').field, 'reason');
    expectProblem(await admin.patch(`/admin/rooms/${room.id}`, { locked: 'yes' }), 422, 'field.invalid');
});

test('who is suspended or an administrator no more does nothing of it', async () => {
    const { room } = await aGroup();
    const other = await signUp(server);
    await makeAdmin(server, other);
    expectStatus(await other.patch(`/admin/rooms/${room.id}`, { locked: true }), 200);
    expectStatus(await admin.patch(`/admin/people/${other.id}`, { admin: false }), 200);
    expectProblem(await other.patch(`/admin/rooms/${room.id}`, { locked: false }), 403, 'auth.forbidden');
    assert.equal((await see(room)).locked, true);
});
