// Who is in a room, who may change that, and what those who left can still see: nothing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { importPeople, largeGroup, peopleNamed } from '../support/mass.mjs';
import { freshName, freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const add = (owner, room, person, nonce = freshNonce()) =>
    owner.post(`/rooms/${room.id}/members`, { user_id: person.id, nonce });
const remove = (owner, room, person) => owner.delete(`/rooms/${room.id}/members/${person.id}`);

test('the owner adds somebody, who reads from the beginning and hears from then on', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('open', [bob]);
    await ann.say(room, 'before');
    const socket = await cal.connect();
    const nonce = freshNonce();
    expectStatus(await add(ann, room, cal, nonce), 201);
    expectStatus(await add(ann, room, cal, nonce), 200);
    const joined = await socket.next('room.user.joined');
    assert.deepEqual([joined.user_id, joined.by], [cal.id, ann.id]);
    await ann.say(room, 'after');
    const live = await socket.next('message.created');
    assert.equal(live.seq, joined.seq + 1);
    assert.deepEqual((await cal.events(room)).map((event) => event.seq), [1, 2, 3, 4, 5, 6]);
});

test('who may not add or remove, and whom', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('guarded', [bob]);
    expectProblem(await add(bob, room, cal), 403, 'room.forbidden');
    expectProblem(await add(cal, room, cal), 404, 'room.not_found');
    expectProblem(await add(ann, room, bob), 409, 'room.already_member');
    expectProblem(await add(ann, room, { id: 'nobody' }), 422, 'field.invalid', 'user_id');
    expectProblem(await ann.post(`/rooms/${room.id}/members`, { nonce: freshNonce() }), 422, 'field.missing', 'user_id');
    expectProblem(await remove(bob, room, ann), 403, 'room.forbidden');
    expectProblem(await remove(cal, room, bob), 404, 'room.not_found');
    expectProblem(await remove(ann, room, cal), 404, 'user.not_found');
    assert.equal((await ann.room(room)).last_seq, 3, 'a refusal leaves no event');
});

test('a direct room is fixed', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createDirect(bob);
    expectProblem(await add(ann, room, cal), 409, 'room.direct_fixed');
    expectProblem(await remove(ann, room, ann), 409, 'room.direct_fixed');
    expectProblem(await remove(ann, room, bob), 409, 'room.direct_fixed');
});

test('who was removed learns of it and of nothing after it', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('strict', [bob]);
    const socket = await bob.connect();
    const mine = await bob.say(room, 'I was here');
    expectStatus(await remove(ann, room, bob), 204);
    const left = await socket.next('room.user.left');
    assert.deepEqual([left.user_id, left.by, left.room], [bob.id, ann.id, room.id]);
    const later = await ann.say(room, 'he is gone');
    await socket.settle();
    assert.ok(!socket.events.some((event) => event.seq > left.seq), 'no event after the removal');
    for (const path of ['', '/members', '/messages', '/events', `/messages?around=${later.seq}`])
        expectProblem(await bob.get(`/rooms/${room.id}${path}`), 404, 'room.not_found');
    await socket.refused('room.not_found', 'room.history', { room: room.id });
    await socket.refused('room.not_found', 'message.send', { room: room.id, nonce: freshNonce(), content: text('x') });
    await socket.refused('room.not_found', 'room.typing', { room: room.id });
    await socket.refused('room.not_found', 'room.read', { room: room.id, seq: 1 });
    const sync = await socket.call('sync', { rooms: { [room.id]: 1 } });
    assert.deepEqual(sync.left, [room.id]);
    assert.ok(!JSON.stringify(sync.rooms).includes(room.id));
    assert.deepEqual(expectStatus(await bob.get('/rooms'), 200).rooms, []);

    const again = await bob.post(`/rooms/${room.id}/messages`, { nonce: mine.nonce, content: text('other words') });
    assert.equal(expectStatus(again, 200).id, mine.id, 'a stored nonce is answered, even now');
});

test('a retry is answered as the first time, whatever was lost meanwhile', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const nonces = Array.from({ length: 4 }, freshNonce);
    const make = () => ann.post('/rooms', { kind: 'group', name: 'first name', members: [bob.id], nonce: nonces[0] });
    const room = expectStatus(await make(), 201);
    const rename = () => ann.patch(`/rooms/${room.id}`, { name: 'second name', nonce: nonces[1] });
    const addCal = () => add(ann, room, cal, nonces[2]);
    const leave = () => ann.delete(`/rooms/${room.id}/members/${ann.id}`, { nonce: nonces[3] });
    expectStatus(await rename(), 200);
    const added = expectStatus(await addCal(), 201);

    expectStatus(await remove(ann, room, cal), 204);
    assert.deepEqual(expectStatus(await addCal(), 200), added, 'who was added has gone');
    expectStatus(await bob.get(`/rooms/${room.id}`), 200);
    expectStatus(await leave(), 204);
    expectStatus(await bob.patch(`/rooms/${room.id}`, { name: 'a secret name', nonce: freshNonce() }), 200);
    const { last_seq } = await bob.room(room);

    for (let round = 0; round < 2; round++) {
        const made = expectStatus(await make(), 200);
        assert.deepEqual([made.id, made.kind, made.name, made.created_at, made.first_seq, made.last_seq],
            [room.id, 'group', 'first name', room.created_at, 1, 1]);
        const renamed = expectStatus(await rename(), 200);
        assert.deepEqual([renamed.id, renamed.name, renamed.last_seq], [room.id, 'second name', 4]);
        for (const answer of [made, renamed])
            assert.ok(!('member_count' in answer) && !('unread' in answer), 'and nothing that came later');
        assert.deepEqual(expectStatus(await addCal(), 200), added);
        expectStatus(await leave(), 204);
        await server.restart({ hard: true });
    }
    expectProblem(await ann.get(`/rooms/${room.id}`), 404, 'room.not_found');
    expectProblem(await ann.patch(`/rooms/${room.id}`, { name: 'x', nonce: freshNonce() }), 404, 'room.not_found');
    expectProblem(await cal.patch(`/rooms/${room.id}`, { name: 'x', nonce: nonces[1] }), 404, 'room.not_found');
    assert.equal((await bob.room(room)).last_seq, last_seq, 'no retry added anything');
});

test('somebody who comes back reads all of it again', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('revolving', [bob]);
    expectStatus(await remove(ann, room, bob), 204);
    await ann.say(room, 'while away');
    expectStatus(await add(ann, room, bob), 201);
    const events = await bob.events(room);
    assert.deepEqual(events.map((event) => event.seq), [1, 2, 3, 4, 5, 6]);
    assert.equal((await bob.room(room)).member_count, 2);
});

test('an owner who leaves hands the room to its longest-standing member', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('inherited', []);
    expectStatus(await add(ann, room, bob), 201);
    expectStatus(await add(ann, room, cal), 201);
    expectStatus(await remove(ann, room, ann), 204);
    const { members } = expectStatus(await bob.get(`/rooms/${room.id}/members`), 200);
    const roles = Object.fromEntries(members.map((member) => [member.user.id, member.role]));
    assert.deepEqual(roles, { [bob.id]: 'owner', [cal.id]: 'member' });
    expectStatus(await bob.patch(`/rooms/${room.id}`, { name: 'mine now', nonce: freshNonce() }), 200);
    expectStatus(await remove(cal, room, cal), 204);
    expectStatus(await remove(bob, room, bob), 204);
    expectProblem(await bob.get(`/rooms/${room.id}`), 404, 'room.not_found');
});

test('members page by cursor; the room itself shows the first hundred', async () => {
    const [ann, ...people] = await signUpMany(server, 120);
    const room = await ann.createGroup('crowd', people);
    const seen = await ann.room(room);
    assert.equal(seen.member_count, 120);
    assert.equal(seen.members.length, 100);
    const all = [];
    let cursor = null;
    do {
        const page = expectStatus(await ann.get(
            `/rooms/${room.id}/members?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`), 200);
        all.push(...page.members);
        cursor = page.next;
    } while (cursor !== null);
    assert.equal(new Set(all.map((member) => member.user.id)).size, 120);
    assert.equal(all.length, 120);
    for (const member of all)
        assert.match(member.joined_at, /Z$/);
    assert.equal(all.filter((member) => member.role === 'owner').length, 1);
});

/** All pages of those whom `search` finds. */
async function found(person, room, search, limit) {
    const all = [];
    for (let cursor = ''; cursor !== null;) {
        const page = expectStatus(await person.get(`/rooms/${room.id}/members?limit=${limit}&search=${encodeURIComponent(search)}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`), 200);
        assert.ok(page.members.length === limit || page.next === null, 'a page is full, but for the last');
        all.push(...page.members);
        cursor = page.next;
    }
    return all.map(({ user }) => user.username);
}

test('members of a group of more than a thousand are found by their names, and nobody else is', async () => {
    const stem = freshName('mass');
    await importPeople(server, Array.from({ length: 1_060 }, (_, n) => ({ username: `${stem}.${n}`, display_name: n % 4 ? 'Robin Hood' : 'Lady Márian' })));
    const [ann, bob] = await signUpMany(server, 2);
    const everybody = await peopleNamed(ann, stem);
    assert.equal(everybody.length, 1_060);
    const [people, outside] = [everybody.slice(0, 1_030), everybody.slice(1_030)];
    const room = await largeGroup(ann, 'masses', people);
    assert.equal((await ann.room(room)).member_count, 1_031);

    const ladies = people.filter(({ display_name }) => display_name.startsWith('Lady')).map(({ username }) => username);
    for (const [search, limit] of [['MÁRI', 200], ['lady', 50], ['lady mári', 33]])
        assert.deepEqual((await found(ann, room, search, limit)).sort(), [...ladies].sort(), search);
    assert.equal((await found(ann, room, 'hood', 200)).length, people.length - ladies.length);
    assert.deepEqual(await found(ann, room, people[7].username, 200).then((names) => names.includes(people[7].username)), true);
    assert.deepEqual(await found(ann, room, outside[0].username, 200), []);
    for (const nobody of ['ian', 'ood', ' ', 'x'.repeat(256)]) assert.deepEqual(await found(ann, room, nobody, 200), [], nobody);
    assert.equal((await found(ann, room, '', 200)).length, 1_031, 'an empty search is everybody');

    expectStatus(await remove(ann, room, { id: people.find(({ username }) => username === ladies[0]).id }), 204);
    assert.deepEqual((await found(ann, room, 'lady', 200)).sort(), ladies.slice(1).sort());
    expectProblem(await bob.get(`/rooms/${room.id}/members?search=lady`), 404, 'room.not_found');
    expectProblem(await ann.get(`/rooms/${room.id}/members?search=${'x'.repeat(257)}`), 422, 'field.invalid', 'search');
    expectProblem(await ann.get(`/rooms/${room.id}/members?search=%ff`), 422, 'field.invalid', 'search');
});

test('removed in the middle of one\'s own storm: nothing of theirs comes after', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('storm', [bob]);
    const [watcher, sender] = [await ann.connect(), await bob.connect()];
    const settled = [];
    const flow = async () => {
        for (let n = 0; n < 5000 && !settled.some((reply) => !reply.ok); n++)
            settled.push(await sender.request('message.send', { room: room.id, nonce: freshNonce(), content: text(`${n}`) }));
    };
    const flows = Promise.all(Array.from({ length: 32 }, flow));
    await watcher.next('message.created', (event) => event.seq > 100);
    expectStatus(await remove(ann, room, bob), 204);
    await flows;
    const refused = settled.filter((reply) => !reply.ok);
    assert.ok(refused.length > 0, 'some came too late');
    for (const reply of refused)
        assert.equal(reply.error.code, 'room.not_found');
    const left = await watcher.next('room.user.left');
    const events = await ann.events(room);
    assert.ok(events.every((event) => event.seq <= left.seq || event.sender !== bob.id), 'nothing of theirs later');
    const acknowledged = settled.filter((reply) => reply.ok).map((reply) => reply.seq).sort((a, b) => a - b);
    const stored = events.filter((event) => event.type === 'message.created').map((event) => event.seq);
    assert.deepEqual(stored, acknowledged);
    await sender.settle();
    // What is no event of the log (that one is there oneself, say) has no number.
    assert.deepEqual(sender.events.filter(({ seq }) => seq > left.seq), []);
});

test('who is added and banned and what is said in between is numbered in the order sent', async () => {
    const [ann, ...others] = await signUpMany(server, 9);
    const room = await ann.createGroup('in order');
    const socket = await ann.connect();
    const sent = others.flatMap((person) => [
        socket.call('member.add', { room: room.id, user_id: person.id, nonce: freshNonce() }),
        socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text('welcome') }),
        socket.call('member.ban', { room: room.id, user_id: person.id, nonce: freshNonce() }),
        socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text('farewell') }),
    ]);
    const seqs = (await Promise.all(sent)).map((reply) => reply.seq);
    assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
});
