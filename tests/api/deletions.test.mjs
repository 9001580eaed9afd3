// What one person wrote in a group goes at once, or what they wrote of late: by moderators, for everyone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { PASSWORD, signUp, signUpMany } from '../support/people.mjs';
import { ProgramSocket } from '../support/sdk.mjs';
import { View, viewFromScratch } from '../support/view.mjs';

const { NatterClient } = await import('../../clients/sdk/dist/mod.js');
const TEN_MINUTES_MS = 600_000;
const server = await serveWithClock({ after }, { args: ['--workers', '3', '--limit', 'deletions=3'] });

/** A group of an owner, a moderator and a member, and how the moderator deletes what the member wrote. */
async function hall() {
    const [ann, mod, bob] = await signUpMany(server, 3);
    const room = await ann.createGroup('hall', [mod, bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${mod.id}`, { role: 'moderator' }), 200);
    const sweep = (who, query = 'all=true') => who.delete(`/rooms/${room.id}/members/${bob.id}/messages?${query}`);
    return { ann, mod, bob, room, sweep };
}

const wordsIn = async (who, room) => expectStatus(await who.get(`/rooms/${room.id}/messages`), 200)
    .messages.filter(({ content }) => content?.text).map(({ content }) => content.text);

test('all that somebody wrote is deleted, some at a time, as events that everybody hears; what others wrote stays', async () => {
    const { ann, mod, bob, room, sweep } = await hall();
    const socket = await bob.connect();
    const said = [];
    for (const words of ['a', 'b', 'c', 'd', 'e']) {
        said.push((await bob.say(room, `of bob ${words}`)).seq);
        await ann.say(room, `of ann ${words}`);
    }
    assert.deepEqual(expectStatus(await sweep(mod), 200), { deleted: 3, has_more: true, next: said[2] });
    expectProblem(await sweep(mod, 'all=true&before=0'), 422, 'field.invalid', 'before');
    assert.deepEqual(expectStatus(await sweep(mod, `all=true&before=${said[0]}`), 200), { deleted: 0, has_more: false });
    assert.deepEqual(expectStatus(await sweep(mod, `all=true&before=${said[2]}`), 200), { deleted: 2, has_more: false });
    assert.deepEqual(expectStatus(await sweep(mod), 200), { deleted: 0, has_more: false });
    const heard = [];
    while (heard.length < said.length)
        heard.push((await socket.next('message.deleted')).message.seq);
    assert.deepEqual(heard.sort((one, other) => one - other), said);
    assert.deepEqual((await wordsIn(ann, room)).sort(), ['a', 'b', 'c', 'd', 'e'].map((words) => `of ann ${words}`));
    const log = await ann.events(room);
    assert.ok(!JSON.stringify(log).includes('of bob'));
    assert.deepEqual(log.reduce((view, event) => view.take(event), new View()).plain(), (await viewFromScratch(bob, room)).plain());
    const { entries } = expectStatus(await mod.get(`/rooms/${room.id}/audit?type=message.deleted&by=${mod.id}`), 200);
    assert.deepEqual(entries.map(({ user_id }) => user_id ?? null).length, 5);
});

test('of late means what it says, and who was banned and is gone is swept too, over the socket as well', async () => {
    const { ann, mod, bob, room, sweep } = await hall();
    await bob.say(room, 'long ago');
    await server.turnClock(TEN_MINUTES_MS);
    await bob.say(room, 'of late');
    expectStatus(await ann.put(`/rooms/${room.id}/bans/${bob.id}`, {}), 200);
    assert.deepEqual(expectStatus(await sweep(mod, 'seconds=300'), 200), { deleted: 1, has_more: false });
    assert.deepEqual(await wordsIn(ann, room), ['long ago']);
    const socket = await mod.connect();
    const { deleted, has_more } = await socket.call('member.delete_messages', { room: room.id, user_id: bob.id, seconds: 86_400 });
    assert.deepEqual([deleted, has_more, await wordsIn(ann, room)], [1, false, []]);
});

test('it takes the permission to delete, in a group', async () => {
    const { ann, mod, bob, room, sweep } = await hall();
    const at = `/rooms/${room.id}/members/${ann.id}/messages?all=true`;
    await ann.say(room, 'mine');
    expectProblem(await bob.delete(at), 403, 'room.forbidden');
    expectProblem(await sweep(bob), 403, 'room.forbidden');
    expectProblem(await (await signUp(server)).delete(at), 404, 'room.not_found');
    expectProblem(await sweep(mod, 'seconds=0'), 422, 'field.invalid', 'seconds');
    const direct = expectStatus(await ann.post('/rooms', { kind: 'direct', members: [bob.id] }), 201);
    expectProblem(await ann.delete(`/rooms/${direct.id}/members/${bob.id}/messages?all=true`), 409, 'room.direct_fixed');
    assert.deepEqual(await wordsIn(bob, room), ['mine']);
});

test('what does not say how much deletes nothing: neither a slip, nor what a body says, nor half of either', async () => {
    const { mod, bob, room, sweep } = await hall();
    await bob.say(room, 'still here');
    for (const query of ['', 'second=300', 'all', 'all=', 'all=false', 'all=1', 'seconds=', 'seconds=soon', 'seconds=5&all=true'])
        assert.equal((await sweep(mod, query)).status, 422, query);
    const told = expectProblem(await sweep(mod, ''), 422, 'field.missing', 'seconds');
    assert.match(told.detail, /`seconds`.*`all`/);
    expectProblem(await mod.delete(`/rooms/${room.id}/members/${bob.id}/messages`, { seconds: 300, all: true }), 422, 'field.missing', 'seconds');
    const socket = await mod.connect();
    const about = { room: room.id, user_id: bob.id };
    await socket.refused('field.missing', 'member.delete_messages', about);
    await socket.refused('field.missing', 'member.delete_messages', { ...about, all: false });
    await socket.refused('field.invalid', 'member.delete_messages', { ...about, all: 'true' });
    await socket.refused('field.invalid', 'member.delete_messages', { ...about, all: true, seconds: 5 });
    assert.deepEqual(await wordsIn(bob, room), ['still here']);
    assert.equal((await socket.call('member.delete_messages', { ...about, all: true })).deleted, 1);
});

test('two who do it at once delete each message once', async () => {
    const { ann, mod, bob, room, sweep } = await hall();
    for (let n = 0; n < 3; n++)
        await bob.say(room, `twice ${n}`);
    const both = await Promise.all([sweep(ann), sweep(mod)]);
    assert.equal(both.reduce((sum, answer) => sum + expectStatus(answer, 200).deleted, 0), 3);
    assert.equal((await ann.events(room)).filter(({ type }) => type === 'message.deleted').length, 3);
});

test('a program asks its SDK once, however many there are', async (t) => {
    const { ann, bob, room } = await hall();
    for (let n = 0; n < 7; n++)
        await bob.say(room, `many ${n}`);
    const client = new NatterClient({ url: server.url, webSocket: ProgramSocket });
    t.after(() => client.close());
    await client.signIn({ login: ann.user.username, password: PASSWORD });
    assert.equal(await client.rooms.deleteMessagesOf(room.id, bob.id, 3600), 7);
    assert.deepEqual(await wordsIn(bob, room), []);
});
