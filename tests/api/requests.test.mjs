// Groups that everybody finds, but that decide of each who asks: one question at a time, and an answer.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'room_requests=3'] });

/** A public group that decides of each, and people who are not in it. */
async function club(count = 1) {
    const [ann, ...others] = await signUpMany(server, count + 1);
    const settings = { visibility: 'public', join: 'approval' };
    const room = expectStatus(await ann.post('/rooms', { kind: 'group', name: 'club', members: [], ...settings }), 201);
    const requests = `/rooms/${room.id}/requests`;
    return { ann, others, room, requests, ask: (who, text, nonce = freshNonce()) => who.post(requests, { text, nonce }) };
}

const own = async (who) => expectStatus(await who.get('/me/requests'), 200).requests;
const open = async (who, requests) => expectStatus(await who.get(requests), 200).requests;

test('who asks is told to the room at once, their words to those who decide, and comes in when accepted', async () => {
    const { ann, others: [bob, cal], room, requests, ask } = await club(2);
    expectStatus(await ann.post(`/rooms/${room.id}/members`, { user_id: cal.id }), 201);
    const [sees, waits] = [await cal.connect(), await bob.connect()];
    expectProblem(await bob.post(`/rooms/${room.id}/join`, {}), 403, 'room.approval');
    const nonce = freshNonce();
    const asked = expectStatus(await ask(bob, 'It is me', nonce), 200);
    await server.restart({ hard: true });
    assert.deepEqual(expectStatus(await ask(bob, 'something else', nonce), 200), { ...asked, duplicate: true });
    expectProblem(await ask(bob), 409, 'request.open');
    const [event] = (await ann.events(room)).filter(({ type }) => type === 'room.request.created');
    assert.deepEqual([event.user_id, event.by, event.seq], [bob.id, bob.id, asked.seq]);
    assert.doesNotMatch(JSON.stringify(await cal.events(room)), /It is me/);
    expectProblem(await cal.get(requests), 403, 'room.forbidden');
    expectProblem(await cal.put(`${requests}/${bob.id}`, {}), 403, 'room.forbidden');
    const [request] = await open(ann, requests);
    assert.deepEqual([request.user.id, request.seq, request.text], [bob.id, asked.seq, 'It is me']);
    assert.deepEqual((await own(bob)).map(({ room: id, state }) => [id, state]), [[room.id, 'open']]);
    const again = freshNonce();
    expectStatus(await ann.put(`${requests}/${bob.id}`, { nonce: again }), 200);
    assert.equal(expectStatus(await ann.put(`${requests}/${bob.id}`, { nonce: again }), 200).duplicate, true);
    expectProblem(await ann.put(`${requests}/${bob.id}`, {}), 404, 'request.not_found');
    assert.deepEqual([await open(ann, requests), await own(bob)], [[], []]);
    assert.equal((await bob.room(room)).role, 'member');
    assert.equal((await ann.events(room)).filter(({ type, user_id: who }) => type === 'room.user.joined' && who === bob.id).length, 1);
    for (const socket of [sees, waits])
        socket.close?.();
});

test('the room and who is accepted hear of it live', async () => {
    const { ann, others: [bob], room } = await club();
    const [owner, asker] = [await ann.connect(), await bob.connect()];
    assert.equal((await asker.request('request.make', { room: room.id, text: 'hello' })).ok, true);
    assert.equal((await owner.next('room.request.created')).user_id, bob.id);
    assert.equal((await owner.request('request.accept', { room: room.id, user_id: bob.id })).ok, true);
    const joined = await asker.next('room.user.joined');
    assert.deepEqual([joined.user_id, joined.by, joined.room], [bob.id, ann.id, room.id]);
});

test('who is refused sees it, and asks again only after a while', async () => {
    const { ann, others: [bob], requests, ask } = await club();
    const asker = await bob.connect();
    expectStatus(await ask(bob), 200);
    const nonce = freshNonce();
    expectStatus(await ann.delete(`${requests}/${bob.id}`, { nonce }), 204);
    expectStatus(await ann.delete(`${requests}/${bob.id}`, { nonce }), 204);
    const [{ state, ask_again_at: again }] = await own(bob);
    assert.equal(state, 'refused');
    assert.ok(Date.parse(again) > Date.now() + 86_000_000);
    assert.ok(expectProblem(await ask(bob), 403, 'request.refused').retry_after > 86_000);
    assert.equal((await asker.request('request.make', { room: requests.split('/')[2] })).error.code, 'request.refused');
    expectProblem(await bob.delete(`${requests}/${bob.id}`), 404, 'request.not_found');
});

test('who takes it back asks again at once, and not more ask than the room bears', async () => {
    const { ann, others, requests, ask } = await club(4);
    for (const who of others.slice(0, 3))
        expectStatus(await ask(who), 200);
    expectProblem(await ask(others[3]), 409, 'request.too_many');
    expectStatus(await others[0].delete(`${requests}/${others[0].id}`), 204);
    expectProblem(await others[0].delete(`${requests}/${others[0].id}`), 404, 'request.not_found');
    expectStatus(await ask(others[3]), 200);
    const first = expectStatus(await ann.get(`${requests}?limit=2`), 200);
    const rest = expectStatus(await ann.get(`${requests}?limit=2&cursor=${first.next}`), 200);
    assert.deepEqual([...first.requests, ...rest.requests].map(({ user }) => user.id), [1, 2, 3].map((at) => others[at].id));
    assert.equal(rest.next, null);
});

test('who comes in otherwise or is banned asks no longer, and who blocks all but contacts can be accepted', async () => {
    const { ann, others: [bob, cal, dee], room, requests, ask } = await club(3);
    for (const who of [bob, cal, dee])
        expectStatus(await ask(who), 200);
    const { code } = expectStatus(await ann.post(`/rooms/${room.id}/links`, {}), 201);
    expectStatus(await bob.post('/links/join', { code }), 200);
    expectStatus(await ann.put(`/rooms/${room.id}/bans/${cal.id}`, {}), 200);
    assert.deepEqual((await open(ann, requests)).map(({ user }) => user.id), [dee.id]);
    expectProblem(await ask(cal), 403, 'room.banned');
    expectProblem(await ask(bob), 409, 'room.already_member');
    expectStatus(await dee.put('/me/feed/settings:contacts-only', { value: { on: true } }), 200);
    expectStatus(await ann.put(`${requests}/${dee.id}`, {}), 200);
    assert.equal((await dee.room(room)).role, 'member');
});

test('of a private group nobody learns by asking, and where everybody comes in freely nobody asks', async () => {
    const { ann, others: [bob, cal], room, requests, ask } = await club(2);
    expectStatus(await ask(bob), 200);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'private' }), 200);
    expectProblem(await ask(cal), 404, 'room.not_found');
    expectProblem(await cal.delete(`${requests}/${cal.id}`), 404, 'room.not_found');
    expectProblem(await cal.get(requests), 404, 'room.not_found');
    expectStatus(await bob.delete(`${requests}/${bob.id}`), 204);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { visibility: 'public', join: 'free' }), 200);
    expectProblem(await ask(cal), 409, 'request.not_needed');
    expectStatus(await cal.post(`/rooms/${room.id}/join`, {}), 200);
});

test('what somebody says is one line with something to see', async () => {
    const { others: [bob], ask } = await club();
    assert.equal(expectProblem(await ask(bob, 'two\nlines'), 422, 'field.invalid').field, 'text');
    assert.equal(expectProblem(await ask(bob, 'x'.repeat(513)), 422, 'field.invalid').field, 'text');
});
