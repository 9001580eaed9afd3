// Rooms as their members see them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });

test('a group begins with room.created and a join for each first member', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const socket = await bob.connect();
    const room = await ann.createGroup('Tea ☕', [bob, cal]);
    assert.equal(room.kind, 'group');
    assert.equal(room.name, 'Tea ☕');
    assert.deepEqual([room.first_seq, room.last_seq, room.member_count], [1, 4, 3]);
    const events = await cal.events(room);
    assert.deepEqual(events.map((event) => event.type),
        ['room.created', 'room.user.joined', 'room.user.joined', 'room.user.joined']);
    assert.deepEqual(events.map((event) => event.seq), [1, 2, 3, 4]);
    assert.deepEqual(new Set(events.slice(1).map((event) => event.user_id)), new Set([ann.id, bob.id, cal.id]));
    for (const event of events)
        assert.equal(event.room, room.id);
    assert.ok(events.slice(1).every((event) => event.by === ann.id));
    assert.equal((await socket.next('room.created')).kind, 'group');
    for (let n = 0; n < 3; n++)
        assert.equal((await socket.next('room.user.joined')).seq, n + 2);
});

test('the same nonce makes the same room, from anywhere', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const body = { kind: 'group', name: 'once', members: [bob.id], nonce: freshNonce() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ann.post('/rooms', body)));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 200, 200, 200, 200, 200, 200, 201]);
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
    const other = expectStatus(await bob.post('/rooms', body), 201);
    assert.notEqual(other.id, answers[0].body.id, 'nonces are per sender');
    assert.equal(expectStatus(await ann.get('/rooms'), 200).rooms.length, 1);
});

test('the nonce that made a room is still free in it', async () => {
    const ann = await signUp(server);
    const nonce = freshNonce();
    const room = await ann.createGroup('fresh', [], nonce);
    const message = expectStatus(await ann.post(`/rooms/${room.id}/messages`, { nonce, content: text('x') }), 201);
    assert.equal(message.seq, 3);
    expectStatus(await ann.post(`/rooms/${room.id}/messages`, { nonce, content: text('x') }), 200);
    assert.equal(expectStatus(await ann.post('/rooms', { kind: 'group', name: 'x', members: [], nonce }), 200).id, room.id);
});

test('without a nonce the server makes one, and a retry is a new act', async () => {
    const ann = await signUp(server);
    const make = () => ann.post('/rooms', { kind: 'group', name: 'twice', members: [] });
    assert.notEqual(expectStatus(await make(), 201).id, expectStatus(await make(), 201).id);
});

test('two people have one direct room, whoever asks, however often at once', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const ask = (who, whom) => who.post('/rooms', { kind: 'direct', members: [whom.id], nonce: freshNonce() });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => n % 2 ? ask(ann, bob) : ask(bob, ann)));
    assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
    const room = answers[0].body;
    assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
    assert.equal(room.kind, 'direct');
    const seen = await ann.room(room);
    assert.ok(!seen.name);
    assert.equal(seen.peer.id, bob.id);
    assert.equal((await bob.room(room)).peer.id, ann.id);
});

test('what a room cannot be', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const make = (body) => ann.post('/rooms', { nonce: freshNonce(), ...body });
    expectProblem(await make({ kind: 'party', name: 'x', members: [] }), 422, 'field.invalid', 'kind');
    expectProblem(await make({ name: 'x', members: [] }), 422, 'field.missing', 'kind');
    expectProblem(await make({ kind: 'direct', name: 'named', members: [bob.id] }), 422, 'field.invalid', 'name');
    expectStatus(await make({ kind: 'direct', name: null, members: [bob.id] }), 201);
    expectProblem(await make({ kind: 'direct', members: [bob.id, cal.id] }), 422, 'field.invalid', 'members');
    expectProblem(await make({ kind: 'direct', members: [ann.id] }), 422, 'field.invalid', 'members');
    expectProblem(await make({ kind: 'direct', members: [] }), 422, 'field.invalid', 'members');
    expectProblem(await make({ kind: 'group', name: 'x', members: ['nobody'] }), 422, 'field.invalid', 'members');
    expectProblem(await make({ kind: 'group', name: 'x', members: 'all' }), 422, 'field.invalid', 'members');
    expectProblem(await make({ kind: 'group', name: '', members: [] }), 422, 'field.invalid', 'name');
    expectProblem(await make({ kind: 'group', members: [] }), 422, 'field.missing', 'name');
    expectProblem(await make({ kind: 'group', name: 'x'.repeat(257), members: [] }), 422, 'field.invalid', 'name');
    for (const nonce of ['', 'x'.repeat(65), 'white space', 7])
        expectProblem(await make({ kind: 'group', name: 'x', members: [], nonce }), 422, 'field.invalid', 'nonce');
    assert.equal(expectStatus(await ann.get('/rooms'), 200).rooms.length, 1, 'the direct one, whose name was null');
});

test('unknown fields are ignored, the maker may name itself, names twice are one member', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = expectStatus(await ann.post('/rooms', { kind: 'group', name: 'x', colour: 'green',
        members: [bob.id, bob.id, ann.id], nonce: freshNonce() }), 201);
    assert.equal(room.member_count, 2);
});

test('the owner renames a group; everybody sees it; members may not', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('old', [bob]);
    const socket = await bob.connect();
    const nonce = freshNonce();
    const renamed = expectStatus(await ann.patch(`/rooms/${room.id}`, { name: 'new', nonce }), 200);
    assert.equal(renamed.name, 'new');
    const event = await socket.next('room.updated');
    assert.deepEqual([event.name, event.seq, event.sender], ['new', room.last_seq + 1, ann.id]);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { name: 'newer', nonce }), 200);
    assert.equal((await bob.room(room)).name, 'new', 'one nonce, one change');
    expectProblem(await bob.patch(`/rooms/${room.id}`, { name: 'mine', nonce: freshNonce() }), 403, 'room.forbidden');
    const direct = await ann.createDirect(bob);
    const refused = await ann.patch(`/rooms/${direct.id}`, { name: 'us', nonce: freshNonce() });
    assert.ok([409, 422].includes(refused.status), String(refused.status));
});

test('the list of rooms pages by cursor and shows each once', async () => {
    const ann = await signUp(server);
    const made = new Set();
    for (let n = 0; n < 7; n++)
        made.add((await ann.createGroup(`room ${n}`)).id);
    const seen = [];
    let cursor = null;
    do {
        const page = expectStatus(await ann.get(`/rooms?limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`), 200);
        assert.ok(page.rooms.length <= 3);
        seen.push(...page.rooms);
        cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(new Set(seen.map((room) => room.id)), made);
    assert.equal(seen.length, 7);
    for (const room of seen)
        for (const key of ['last_seq', 'read_seq', 'unread', 'last_count', 'read_count', 'member_count'])
            assert.ok(Number.isInteger(room[key]), key);
    for (const bad of ['limit=0', 'limit=-1', 'limit=x', 'limit=1e3', 'limit=100000', 'limit=', 'cursor=garbage'])
        expectStatus(await ann.get(`/rooms?${bad}`), 422);
});

test('people are found by what their names begin with, and by id', async () => {
    const stem = freshName('Zoë').slice(0, 20);
    const one = await signUp(server, `${stem}_one`);
    const two = await signUp(server, `${stem}_two`, { display_name: 'Zaphod Beeblebrox' });
    const ann = await signUp(server);
    const search = async (query) => expectStatus(await ann.get(`/users?search=${encodeURIComponent(query)}`), 200).users;
    assert.deepEqual(new Set((await search(stem)).map((user) => user.id)), new Set([one.id, two.id]));
    assert.deepEqual((await search(`${stem}_TWO`)).map((user) => user.id), [two.id]);
    assert.deepEqual(await search('%'), []);
    const byId = expectStatus(await ann.get(`/users?ids=${two.id},${one.id},unknown`), 200).users;
    assert.deepEqual(new Set(byId.map((user) => user.id)), new Set([one.id, two.id]));
    expectProblem(await ann.get(`/users?ids=${Array(101).fill(one.id).join(',')}`), 422, 'field.invalid', 'ids');
    expectProblem(await ann.get('/users/unknown'), 404, 'user.not_found');
});
