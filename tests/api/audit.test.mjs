// The audit log: every act of keeping the peace is a row, for the room's moderators and the server's
// administrators, and nobody takes one away.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany } from '../support/people.mjs';

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);

async function stage() {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('audited', [bob, cal]);
    return { ann, bob, cal, room, at: `/rooms/${room.id}` };
}

const entries = async (who, path) => expectStatus(await who.get(path), 200).entries;
const shape = ({ type, by, user_id: user, details }) => [type, by, user, details.reason];

test('every act is a row: who, what, to whom, when and why; once for each nonce, and after a crash', async () => {
    const { ann, bob, cal, room, at } = await stage();
    const said = await bob.say(room, 'rude');
    const nonce = freshNonce();
    expectStatus(await ann.put(`${at}/members/${bob.id}/mute`, { seconds: 60, reason: 'too loud', nonce }), 200);
    expectStatus(await ann.put(`${at}/members/${bob.id}/mute`, { seconds: 60, reason: 'too loud', nonce }), 200);
    expectStatus(await ann.delete(`${at}/members/${bob.id}/mute`), 204);
    expectStatus(await ann.delete(`${at}/messages/${said.seq}`), 204);
    expectStatus(await ann.patch(`${at}/members/${cal.id}`, { role: 'moderator' }), 200);
    expectStatus(await ann.patch(at, { slow_mode_s: 0 }), 200);
    const link = expectStatus(await ann.post(`${at}/links`, {}), 201);
    expectStatus(await ann.delete(`${at}/links/${link.seq}`), 204);
    expectStatus(await cal.put(`${at}/bans/${bob.id}`, { reason: 'again' }), 200);
    expectStatus(await ann.delete(`${at}/bans/${bob.id}`), 204);
    await server.restart({ hard: true });
    const rows = await entries(cal, `${at}/audit`);
    assert.deepEqual(rows.map(shape), [
        ['room.user.unbanned', ann.id, bob.id, undefined],
        ['room.user.banned', cal.id, bob.id, 'again'],
        ['room.link.revoked', ann.id, undefined, undefined],
        ['room.link.created', ann.id, undefined, undefined],
        ['room.updated', ann.id, undefined, undefined],
        ['room.user.updated', ann.id, cal.id, undefined],
        ['message.deleted', ann.id, bob.id, undefined],
        ['room.user.unmuted', ann.id, bob.id, undefined],
        ['room.user.muted', ann.id, bob.id, 'too loud'],
    ]);
    assert.equal(rows[6].about, said.seq);
    assert.doesNotMatch(JSON.stringify(rows), /rude/);
    const events = await ann.events(room);
    for (const row of rows)
        assert.equal(events.find(({ seq }) => seq === row.seq).created_at, row.created_at);
    assert.deepEqual(expectStatus(await cal.get(`${at}/audit`), 200).users.map(({ id }) => id).sort(), [ann.id, bob.id, cal.id].sort());
});

test('what people do with what is theirs is not in it: leaving, deleting own words, coming in', async () => {
    const { ann, bob, cal, room, at } = await stage();
    const said = await bob.say(room, 'mine');
    expectStatus(await bob.delete(`${at}/messages/${said.seq}`), 204);
    expectStatus(await bob.delete(`${at}/members/${bob.id}`), 204);
    expectStatus(await ann.delete(`${at}/members/${cal.id}`, { reason: 'bye' }), 204);
    assert.deepEqual((await entries(ann, `${at}/audit`)).map(shape), [['room.user.left', ann.id, cal.id, 'bye']]);
});

test('whose a room is when its owner leaves is in it', async () => {
    const { ann, bob, at } = await stage();
    expectStatus(await ann.patch(`${at}/members/${bob.id}`, { role: 'moderator' }), 200);
    expectStatus(await ann.delete(`${at}/members/${ann.id}`), 204);
    const [passed] = await entries(bob, `${at}/audit`);
    assert.deepEqual(shape(passed), ['room.updated', ann.id, bob.id, undefined]);
});

test('it is filtered and paged', async () => {
    const { ann, bob, cal, at } = await stage();
    expectStatus(await ann.patch(`${at}/members/${bob.id}`, { role: 'moderator' }), 200);
    for (const who of [ann, bob, ann])
        expectStatus(await who.put(`${at}/members/${cal.id}/mute`, { seconds: 9 }), 200);
    assert.equal((await entries(ann, `${at}/audit?by=${bob.id}`)).length, 1);
    assert.equal((await entries(ann, `${at}/audit?user=${cal.id}`)).length, 3);
    assert.equal((await entries(ann, `${at}/audit?type=room.user.updated`)).length, 1);
    const seqs = [];
    let next = '';
    do {
        const page = expectStatus(await ann.get(`${at}/audit?limit=1${next}`), 200);
        seqs.push(...page.entries.map(({ seq }) => seq));
        next = page.next && `&cursor=${page.next}`;
    } while (next);
    assert.deepEqual(seqs, (await entries(ann, `${at}/audit`)).map(({ seq }) => seq));
    assert.equal(seqs.length, 4);
    for (const [query, field] of [['type=nothing', 'type'], ['by=!', 'by'], ['cursor=1', 'cursor']])
        assert.equal(expectProblem(await ann.get(`${at}/audit?${query}`), 422, 'field.invalid').field, field);
});

test('administrators of the server read all of it, others none', async () => {
    const one = await stage(), other = await stage();
    for (const { ann, bob, at } of [one, other])
        expectStatus(await ann.put(`${at}/bans/${bob.id}`, {}), 200);
    const rooms = new Set((await entries(admin, '/audit?type=room.user.banned')).map(({ room }) => room));
    assert.ok(rooms.has(one.room.id) && rooms.has(other.room.id));
    expectProblem(await one.ann.get('/audit'), 403, 'auth.forbidden');
    expectProblem(await one.cal.get(`${one.at}/audit`), 403, 'room.forbidden');
    expectProblem(await other.ann.get(`${one.at}/audit`), 404, 'room.not_found');
    expectProblem(await admin.get(`${one.at}/audit`), 404, 'room.not_found');
});
