// Links into rooms: whoever has the code comes in, as long and as often as it says, and nobody else.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3', '--limit', 'room_links=3'] });

async function hall(count = 2) {
    const [ann, ...others] = await signUpMany(server, count + 1);
    const room = await ann.createGroup('hall', []);
    return { ann, others, room, links: `/rooms/${room.id}/links` };
}

const join = (who, code, nonce = freshNonce()) => who.post('/links/join', { code, nonce });

test('who has the code comes in, once for each nonce, and the room sees by which link', async () => {
    const { ann, others: [bob, cal], room, links } = await hall();
    const nonce = freshNonce();
    const link = expectStatus(await ann.post(links, { nonce }), 201);
    assert.deepEqual(expectStatus(await ann.post(links, { nonce }), 200), link, 'the same again, code and all');
    const socket = await bob.connect();
    const mine = freshNonce();
    const came = expectStatus(await join(bob, link.code, mine), 200);
    assert.equal(came.id, room.id);
    const joined = await socket.next('room.user.joined');
    assert.deepEqual([joined.user_id, joined.by, joined.role, joined.link], [bob.id, bob.id, 'member', link.seq]);
    expectStatus(await join(bob, link.code, mine), 200);
    expectProblem(await join(bob, link.code), 409, 'room.already_member');
    await server.restart({ hard: true });
    expectStatus(await join(cal, link.code), 200);
    assert.deepEqual(expectStatus(await ann.get(links), 200).links, [{ ...link, used: 2 }]);
    assert.equal((await ann.events(room)).filter(({ type }) => type === 'room.user.joined').length, 3);
});

test('a link lets in as many as it says, also when they come at once', async () => {
    const { ann, others, room, links } = await hall(6);
    const { code } = expectStatus(await ann.post(links, { uses: 2, seconds: 600 }), 201);
    const answers = await Promise.all(others.map((who) => join(who, code)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 2);
    answers.filter(({ status }) => status !== 200).forEach((answer) => expectProblem(answer, 404, 'link.not_found'));
    assert.equal((await ann.room(room)).member_count, 3);
    assert.deepEqual(expectStatus(await ann.get(links), 200).links, []);
});

test('a link that is over or revoked lets nobody in, nor does a code that was changed', async () => {
    const { ann, others: [bob], room, links } = await hall();
    const short = expectStatus(await ann.post(links, { seconds: 1 }), 201);
    assert.equal(Date.parse(short.expires_at) - Date.parse(short.created_at), 1000);
    while (expectStatus(await ann.get(links), 200).links.length)
        await new Promise((soon) => setTimeout(soon, 50));
    expectProblem(await join(bob, short.code), 404, 'link.not_found');
    const link = expectStatus(await ann.post(links, {}), 201);
    for (const at of [0, 12, 30, 41])
        expectProblem(await join(bob, link.code.slice(0, at) + (link.code[at] === 'A' ? 'B' : 'A') + link.code.slice(at + 1)), 404, 'link.not_found');
    expectProblem(await join(bob, 'nonsense'), 404, 'link.not_found');
    expectStatus(await ann.delete(`${links}/${link.seq}`), 204);
    expectProblem(await ann.delete(`${links}/${link.seq}`), 404, 'link.not_found');
    expectProblem(await join(bob, link.code), 404, 'link.not_found');
    const events = await ann.events(room);
    assert.deepEqual(events.slice(-2).map(({ type, link: seq }) => [type, seq]), [['room.link.created', link.seq], ['room.link.revoked', link.seq]]);
    assert.ok(!JSON.stringify(events).includes(link.code));
});

test('who is banned does not come in by a link; links take the permission, and are not without number', async () => {
    const { ann, others: [bob, cal], room, links } = await hall();
    const { code } = expectStatus(await ann.post(links, {}), 201);
    expectStatus(await ann.put(`/rooms/${room.id}/bans/${bob.id}`, {}), 200);
    expectProblem(await join(bob, code), 403, 'room.banned');
    expectStatus(await join(cal, code), 200);
    expectProblem(await cal.post(links, {}), 403, 'room.forbidden');
    expectProblem(await cal.get(links), 403, 'room.forbidden');
    expectProblem(await cal.delete(`${links}/1`), 403, 'room.forbidden');
    expectProblem(await ann.post(links, { uses: 0 }), 422, 'field.invalid', 'uses');
    expectProblem(await ann.post(links, { seconds: 0 }), 422, 'field.invalid', 'seconds');
    expectProblem(await join(cal), 422, 'field.missing', 'code');
    for (let more = 0; more < 2; more++)
        expectStatus(await ann.post(links, {}), 201);
    expectProblem(await ann.post(links, {}), 409, 'link.too_many');
});

test('links are made, listed, used and revoked by commands too', async () => {
    const { ann, others: [bob, cal], room, links } = await hall();
    const [hers, his, theirs] = [await ann.connect(), await bob.connect(), await cal.connect()];
    const nonce = freshNonce();
    const { reply_to: _, ok: __, ...link } = await hers.call('link.make', { room: room.id, uses: 2, seconds: 600, nonce });
    assert.deepEqual(expectStatus(await ann.get(links), 200).links, [link]);
    const again = await hers.call('link.make', { room: room.id, nonce });
    assert.deepEqual([again.code, again.seq, again.uses], [link.code, link.seq, 2]);
    const mine = freshNonce();
    const came = await his.call('link.join', { code: link.code, nonce: mine });
    const joined = await his.next('room.user.joined');
    assert.deepEqual([came.room, came.seq, came.duplicate, joined.link], [room.id, joined.seq, false, link.seq]);
    const twice = await his.call('link.join', { code: link.code, nonce: mine });
    assert.deepEqual([twice.seq, twice.duplicate], [came.seq, true]);
    await his.refused('room.already_member', 'link.join', { code: link.code });
    assert.deepEqual((await hers.call('link.list', { room: room.id })).links, [{ ...link, used: 1 }]);
    await his.refused('room.forbidden', 'link.make', { room: room.id });
    await his.refused('room.forbidden', 'link.list', { room: room.id });
    await his.refused('room.forbidden', 'link.revoke', { room: room.id, seq: link.seq });
    const revoked = await hers.call('link.revoke', { room: room.id, seq: link.seq });
    assert.equal((await hers.next('room.link.revoked')).seq, revoked.seq);
    await hers.refused('link.not_found', 'link.revoke', { room: room.id, seq: link.seq });
    await theirs.refused('link.not_found', 'link.join', { code: link.code });
    await theirs.refused('link.not_found', 'link.join', { code: 'nonsense' });
    await theirs.refused('field.missing', 'link.join');
    await hers.refused('field.invalid', 'link.make', { room: room.id, uses: 0 });
});

test('a guest who leaves comes back by a link as a guest', async () => {
    const { ann, others: [bob], room, links } = await hall();
    const member = `/rooms/${room.id}/members/${bob.id}`;
    const { code } = expectStatus(await ann.post(links, {}), 201);
    expectStatus(await join(bob, code), 200);
    expectStatus(await ann.patch(member, { role: 'guest' }), 200);
    expectStatus(await bob.delete(member), 204);
    expectStatus(await join(bob, code), 200);
    assert.equal((await bob.room(room)).role, 'guest');
});

test('a room that everybody has left lets nobody in', async () => {
    const { ann, others: [bob], room, links } = await hall();
    const { code } = expectStatus(await ann.post(links, {}), 201);
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${ann.id}`), 204);
    expectProblem(await join(bob, code), 404, 'link.not_found');
});

test('the same nonce again is answered with the first link, whatever it says', async () => {
    const { ann, links } = await hall();
    const nonce = freshNonce();
    const first = expectStatus(await ann.post(links, { nonce, uses: 1, seconds: 600 }), 201);
    assert.deepEqual(expectStatus(await ann.post(links, { nonce }), 200), first);
});
