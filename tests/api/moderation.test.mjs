// Keeping the peace in a room: who is banned stays out, however they try; leaving and coming back mends
// nothing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });

/** A group of an owner, a moderator and a member. */
async function hall() {
    const [ann, mod, bob] = await signUpMany(server, 3);
    const room = await ann.createGroup('hall', [mod, bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${mod.id}`, { role: 'moderator' }), 200);
    return { ann, mod, bob, room, bans: `/rooms/${room.id}/bans`, members: `/rooms/${room.id}/members` };
}

const listed = async (who, path) => expectStatus(await who.get(path), 200);

// ---- bans ------------------------------------------------------------------------------------------

test('who is banned hears why, goes, and is not let in again, also after kill -9', async () => {
    const { ann, mod, bob, room, bans, members } = await hall();
    const socket = await bob.connect();
    const nonce = freshNonce();
    const ban = () => mod.put(`${bans}/${bob.id}`, { reason: 'spam', nonce });
    const done = expectStatus(await ban(), 200);
    const heard = await socket.next('room.user.banned');
    assert.deepEqual([heard.seq, heard.user_id, heard.by, heard.reason, heard.seconds], [done.seq, bob.id, mod.id, 'spam', undefined]);
    assert.equal((await socket.next('room.user.left')).seq, done.seq + 1);
    assert.deepEqual(expectStatus(await ban(), 200), { ...done, duplicate: true });
    expectProblem(await bob.get(`/rooms/${room.id}`), 404, 'room.not_found');
    await server.restart({ hard: true });
    expectProblem(await ann.post(members, { user_id: bob.id }), 403, 'room.banned');
    const [held] = (await listed(mod, bans)).bans;
    assert.deepEqual([held.user.id, held.by, held.seq, held.reason, held.until], [bob.id, mod.id, done.seq, 'spam', undefined]);
    expectStatus(await mod.delete(`${bans}/${bob.id}`), 204);
    expectProblem(await mod.delete(`${bans}/${bob.id}`), 404, 'ban.not_found');
    assert.deepEqual((await listed(mod, bans)).bans, []);
    expectStatus(await ann.post(members, { user_id: bob.id }), 201);
    assert.deepEqual((await ann.events(room)).slice(-4).map(({ type }) => type),
        ['room.user.banned', 'room.user.left', 'room.user.unbanned', 'room.user.joined']);
});

test('a ban for a time says how long it lasts, and is over by itself', async () => {
    const { ann, mod, bob, bans, members } = await hall();
    const done = expectStatus(await mod.put(`${bans}/${bob.id}`, { seconds: 1 }), 200);
    const refused = await ann.post(members, { user_id: bob.id });
    expectProblem(refused, 403, 'room.banned');
    assert.equal(refused.headers.get?.('retry-after') ?? refused.headers['retry-after'], '1');
    const [held] = (await listed(mod, bans)).bans;
    assert.equal(Date.parse(held.until) - Date.parse(done.created_at), 1000);
    while ((await listed(mod, bans)).bans.length)
        await new Promise((soon) => setTimeout(soon, 50));
    expectStatus(await ann.post(members, { user_id: bob.id }), 201);
});

test('who is not in the room can be banned before they come, and is not told', async () => {
    const { ann, mod, bans, members } = await hall();
    const [cal] = await signUpMany(server, 1);
    const socket = await cal.connect();
    expectStatus(await mod.put(`${bans}/${cal.id}`, {}), 200);
    expectProblem(await ann.post(members, { user_id: cal.id }), 403, 'room.banned');
    await socket.settle();
    assert.deepEqual(socket.events.filter(({ type }) => type.startsWith('room.')), []);
});

test('a ban takes a role above theirs, a person who exists, a group, and a time within bounds', async () => {
    const { ann, mod, bob, room, bans } = await hall();
    expectProblem(await mod.put(`${bans}/${ann.id}`, {}), 403, 'room.forbidden');
    expectProblem(await bob.put(`${bans}/${mod.id}`, {}), 403, 'room.forbidden');
    expectProblem(await bob.get(bans), 403, 'room.forbidden');
    expectProblem(await mod.put(`${bans}/${mod.id}`, {}), 403, 'room.forbidden');
    expectProblem(await mod.put(`${bans}/${room.id}`, {}), 404, 'user.not_found');
    expectProblem(await mod.put(`${bans}/${bob.id}`, { seconds: 0 }), 422, 'field.invalid', 'seconds');
    expectProblem(await mod.put(`${bans}/${bob.id}`, { reason: '' }), 422, 'field.invalid', 'reason');
    const direct = expectStatus(await ann.post('/rooms', { kind: 'direct', members: [bob.id] }), 201);
    expectProblem(await ann.put(`/rooms/${direct.id}/bans/${bob.id}`, {}), 409, 'room.direct_fixed');
    expectProblem(await ann.get(`/rooms/${direct.id}/bans`), 409, 'room.direct_fixed');
});

test('bans come in pages, each once', async () => {
    const { ann, bans } = await hall();
    const people = await signUpMany(server, 5);
    for (const person of people)
        expectStatus(await ann.put(`${bans}/${person.id}`, {}), 200);
    const found = [];
    for (let next = ''; next !== null;) {
        const page = await listed(ann, `${bans}?limit=2${next && `&cursor=${next}`}`);
        assert.ok(page.bans.length <= 2);
        found.push(...page.bans.map(({ user }) => user.id));
        next = page.next;
    }
    assert.deepEqual(found.toSorted(), people.map(({ id }) => id).toSorted());
});

// ---- leaving and coming back --------------------------------------------------------------------------

test('a mute is not over because one leaves and comes back', async () => {
    const { ann, mod, bob, room, members } = await hall();
    expectStatus(await mod.put(`${members}/${bob.id}/mute`, { seconds: 600 }), 200);
    for (const hard of [false, true]) {
        expectStatus(await bob.delete(`${members}/${bob.id}`), 204);
        expectStatus(await ann.post(members, { user_id: bob.id }), 201);
        if (hard)
            await server.restart({ hard });
        expectProblem(await bob.post(`/rooms/${room.id}/messages`, { content: { type: 'text', text: 'x' } }), 403, 'room.muted');
    }
});

test('nor does slow mode begin anew', async () => {
    const { ann, bob, room, members } = await hall();
    expectStatus(await ann.patch(`/rooms/${room.id}`, { slow_mode_s: 600 }), 200);
    await bob.say(room, 'first');
    expectStatus(await bob.delete(`${members}/${bob.id}`), 204);
    expectStatus(await ann.post(members, { user_id: bob.id }), 201);
    expectProblem(await bob.post(`/rooms/${room.id}/messages`, { content: { type: 'text', text: 'x' } }), 429, 'room.slow_mode');
});
