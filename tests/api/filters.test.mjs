// Words and links that are not wanted: in a room, set by its moderators, and on the whole server, set by its
// administrators. What a filter finds is refused, or goes through and is reported.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveWithAdmin, signInAdmin } from '../support/admin.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshName, freshNonce, isPast, PASSWORD, signUp, signUpMany, text } from '../support/people.mjs';
import { SLOW, within } from '../support/server.mjs';

async function waitUntil(ready, what) {
    await within(10_000 * SLOW, what, (async () => {
        while (!await ready())
            await sleep(20);
    })());
}

const server = await serveWithAdmin({ after }, { args: ['--workers', '3'] });
const admin = await signInAdmin(server);

/** A group of Ann's: Mod moderates it, Bob is a member. */
async function stage(filters) {
    const [ann, mod, bob] = await signUpMany(server, 3);
    const room = await ann.createGroup('filtered', [mod, bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${mod.id}`, { role: 'moderator' }), 200);
    if (filters)
        expectStatus(await mod.patch(`/rooms/${room.id}`, { filters }), 200);
    return { ann, mod, bob, room, messages: `/rooms/${room.id}/messages` };
}

const send = (who, room, words, also = {}) => who.post(`/rooms/${room.id}/messages`, { content: text(words), nonce: freshNonce(), ...also });
const expectFiltered = (answer, where = /filter of this room/) => assert.match(expectProblem(answer, 422, 'content.filtered').detail, where);

/** Sets them for the whole server until the test is over. */
async function everywhere(t, filters) {
    expectStatus(await admin.patch('/admin/settings', { filters }), 200);
    t.after(() => admin.patch('/admin/settings', { filters: null }));
}

test('words and phrases are refused in any script and case, whole or as a star says, and nobody is told which', async () => {
    const { mod, bob, room } = await stage({ words: ['casino', 'buy now', 'crypto*', '赌场', 'رهان'] });
    for (const words of ['Come to the CASÍNO!', 'buy - NOW', 'cryptocoins', '我们去赌场吧', 'رِهَان', 'cas​ino']) {
        const answer = await send(bob, room, words);
        expectFiltered(answer);
        assert.doesNotMatch(JSON.stringify(answer.body), /casino|crypto|赌场/i, 'the list stays with the moderators');
    }
    for (const words of ['casinos', 'buy it now', 'encrypto', 'rehab'])
        expectStatus(await send(bob, room, words), 201);
    expectStatus(await send(mod, room, 'who says casino is out'), 201);
});

test('links are barred altogether, by a list of hosts that may be, or by one of those that may not', async () => {
    const { mod, bob, room } = await stage({ links: 'none' });
    expectFiltered(await send(bob, room, 'see https://example.org'));
    expectFiltered(await send(bob, room, '[here](https:\\/\\/example.org)'));
    expectStatus(await send(bob, room, 'see example.org'), 201);
    const set = async (filters) => expectStatus(await mod.patch(`/rooms/${room.id}`, { filters }), 200);
    await set({ links: 'listed', hosts: ['https://Ours.example/', '*.a.example'] });
    expectStatus(await send(bob, room, 'https://wiki.ours.example/x https://a.example'), 201);
    expectFiltered(await send(bob, room, 'https://ours.example@evil.example'));
    for (const words of ['https://notours.example', 'http://evil.example\\@ours.example', 'http://ours.example\'@evil.example'])
        expectFiltered(await send(bob, room, words));
    await set({ links: 'unlisted', hosts: ['evil.example'] });
    expectStatus(await send(bob, room, 'https://ours.example'), 201);
    for (const words of ['HTTPS://WWW.EVIL.EXAMPLE/', 'come to evil.example', 'https://ev%69l.example:8080'])
        expectFiltered(await send(bob, room, words));
    const { filters } = expectStatus(await mod.get(`/rooms/${room.id}/filters`), 200);
    assert.deepEqual(filters, { words: [], words_action: 'refuse', links: 'unlisted', hosts: ['evil.example'], links_action: 'refuse' });
    await set(null);
    expectStatus(await send(bob, room, 'come to evil.example'), 201);
});

test('edits, polls, forwarded and scheduled messages are looked at too, over both doors', async () => {
    const { ann, bob, room } = await stage({ words: ['casino'] });
    const free = await ann.createGroup('free', [bob]);
    const said = await bob.say(room, 'fine');
    expectFiltered(await bob.patch(`/rooms/${room.id}/messages/${said.seq}`, { content: text('casino') }));
    const poll = (question, options) => bob.post(`/rooms/${room.id}/messages`, { content: { type: 'poll', text: question, options } });
    expectFiltered(await poll('Where?', ['home', 'the casino']));
    expectFiltered(await poll('Casino?', ['yes', 'no']));
    expectStatus(await poll('Where?', ['home', 'away']), 201);
    const elsewhere = await bob.say(free, 'a casino');
    expectFiltered(await bob.post(`/rooms/${free.id}/messages/${elsewhere.seq}/forward`, { to: room.id }));
    const socket = await bob.connect();
    await socket.refused('content.filtered', 'message.send', { room: room.id, content: text('casino') });
    expectStatus(await bob.put(`/me/feed/scheduled:${room.id}.later`, { value: { at: new Date(Date.now() + 100).toISOString(), content: text('casino') } }), 200);
    await waitUntil(async () => (await bob.get(`/me/feed/scheduled:${room.id}.later`)).body.value?.problem === 'content.filtered', 'that it is refused');
    await socket.close();
});

test('what was sent stays sent: a retry of what a filter now refuses is answered with the message', async () => {
    const { mod, bob, room, messages } = await stage();
    const nonce = freshNonce();
    const first = expectStatus(await bob.post(messages, { content: text('casino'), nonce }), 201);
    expectStatus(await mod.patch(`/rooms/${room.id}`, { filters: { words: ['casino'] } }), 200);
    const again = expectStatus(await bob.post(messages, { content: text('casino'), nonce }), 200);
    assert.equal(again.seq, first.seq);
    const other = freshNonce();
    expectFiltered(await bob.post(messages, { content: text('casino'), nonce: other }));
    expectStatus(await mod.patch(`/rooms/${room.id}`, { filters: null }), 200);
    expectStatus(await bob.post(messages, { content: text('casino'), nonce: other }), 201);
});

test('what is to be reported goes through, and lies with the moderators, once in ten minutes of one person', async () => {
    const { mod, bob, room } = await stage({ words: ['casino'], words_action: 'report', links: 'none' });
    await bob.say(room, 'hello');
    const said = expectStatus(await send(bob, room, 'a casino'), 201);
    expectStatus(await send(bob, room, 'one more casino'), 201);
    expectFiltered(await send(bob, room, 'casino https://a.example'));
    const queue = async () => expectStatus(await mod.get(`/rooms/${room.id}/reports`), 200);
    await waitUntil(async () => (await queue()).open === 1, 'that it is reported');
    const [report] = (await queue()).reports;
    assert.deepEqual([report.kind, report.seq, report.user_id, report.by], ['message', said.seq, bob.id, undefined]);
    const { report: { evidence } } = expectStatus(await mod.get(`/reports/${report.id}`), 200);
    assert.deepEqual(evidence.messages.map(({ content }) => content.text), ['hello', 'a casino']);
    expectStatus(await mod.put(`/reports/${report.id}/outcome`, { outcome: 'acted' }), 200);
});

test('what is said when a report was decided is reported anew', async () => {
    const { mod, bob, room } = await stage({ words: ['casino'], words_action: 'report' });
    const open = async () => expectStatus(await mod.get(`/rooms/${room.id}/reports`), 200).reports.filter(({ state }) => state === 'open');
    const reported = async (words) => {
        const said = expectStatus(await send(bob, room, words), 201);
        await waitUntil(async () => (await open()).some(({ seq }) => seq === said.seq), `that "${words}" is reported`);
        const [report] = await open();
        const decided = expectStatus(await mod.put(`/reports/${report.id}/outcome`, { outcome: 'dismissed' }), 200);
        await isPast({ created_at: decided.resolved_at });
    };
    for (const words of ['a casino', 'one more casino', 'the third casino'])
        await reported(words);
});

test('who may not set them may not see them; everybody is told that they were set, and the audit log says who did', async () => {
    const { ann, mod, bob, room } = await stage({ words: ['casino'] });
    const [stranger] = await signUpMany(server, 1);
    expectProblem(await bob.get(`/rooms/${room.id}/filters`), 403, 'room.forbidden');
    expectProblem(await bob.patch(`/rooms/${room.id}`, { filters: null }), 403, 'room.forbidden');
    expectProblem(await stranger.get(`/rooms/${room.id}/filters`), 404, 'room.not_found');
    const { events } = expectStatus(await bob.get(`/rooms/${room.id}/events`), 200);
    const set = events.find(({ filters }) => filters !== undefined);
    assert.deepEqual([set.type, set.sender, set.filters], ['room.updated', mod.id, true]);
    assert.doesNotMatch(JSON.stringify(events), /casino/);
    const { entries } = expectStatus(await ann.get(`/rooms/${room.id}/audit`), 200);
    assert.ok(entries.some(({ by, type, details }) => by === mod.id && type === 'room.updated' && details.filters === true), JSON.stringify(entries));
    expectStatus(await ann.patch(`/rooms/${room.id}`, { permissions: { filters: 'admin' } }), 200);
    expectProblem(await mod.patch(`/rooms/${room.id}`, { filters: null }), 403, 'room.forbidden');
});

test('names and topics that members give are looked at', async () => {
    const { ann, bob, room } = await stage({ words: ['casino'] });
    expectStatus(await ann.patch(`/rooms/${room.id}`, { permissions: { edit: 'member' } }), 200);
    assert.equal(expectProblem(await bob.patch(`/rooms/${room.id}`, { name: 'My casino' }), 422, 'content.filtered').field, 'name');
    assert.equal(expectProblem(await bob.patch(`/rooms/${room.id}`, { topic: 'casino' }), 422, 'content.filtered').field, 'topic');
    expectStatus(await ann.patch(`/rooms/${room.id}`, { topic: 'no casino here' }), 200);
});

test('what is not wanted on the server is refused in every room, of everybody, and in names', async (t) => {
    const { ann, bob, room } = await stage();
    const direct = expectStatus(await bob.post('/rooms', { kind: 'direct', members: [ann.id] }), 201);
    await everywhere(t, { words: ['viagra'], links: 'unlisted', hosts: ['evil.example'] });
    const server_ = /filter of this server/;
    for (const [who, where] of [[ann, room], [bob, room], [bob, direct]])
        expectFiltered(await send(who, where, 'Viagra!'), server_);
    expectFiltered(await send(ann, room, 'https://evil.example'), server_);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { filters: { links: 'any' } }), 200);
    expectFiltered(await send(bob, room, 'https://evil.example'), server_);
    expectFiltered(await bob.post('/rooms', { kind: 'group', name: 'viagra', members: [] }), server_);
    expectFiltered(await bob.patch('/me', { display_name: 'Dr. Viagra' }), server_);
    expectFiltered(await bob.patch('/me', { about: 'ask me for viagra' }), server_);
    expectFiltered(await bob.patch('/me', { pronouns: 'VIÁGRA/they' }), server_);
    for (const words of ['VIÁGRA for you', 'https://evil.example'])
        assert.equal(expectProblem(await bob.put('/me/presence', { text: words }), 422, 'content.filtered').field, 'text');
    expectStatus(await bob.put('/me/presence', { text: 'at lunch' }), 200);
    const socket = await bob.connect();
    assert.equal((await socket.refused('content.filtered', 'presence.set', { text: 'viagra' })).field, 'text');
    const own = expectStatus(await bob.get('/me/presence'), 200);
    assert.equal(own.text, 'at lunch', 'what is refused changes nothing');
    await socket.close();
    expectFiltered(await bob.post('/auth/signup', { username: `viagra.${freshName('x')}`, password: PASSWORD }), server_);
    expectStatus(await bob.patch('/me', { display_name: 'Dr. Bob' }), 200);
});

test('the filters of the server are for administrators to see and set, without a word of them in the audit log', async (t) => {
    const [bob] = await signUpMany(server, 1);
    expectProblem(await bob.patch('/admin/settings', { filters: null }), 403, 'auth.forbidden');
    await everywhere(t, { words: ['viagra'], words_action: 'report' });
    const settings = expectStatus(await admin.get('/admin/settings'), 200);
    assert.deepEqual([settings.filters.words, settings.filters.words_action, settings.newcomers], [['viagra'], 'report', null]);
    const { entries } = expectStatus(await admin.get('/audit?type=server.settings_updated'), 200);
    assert.equal(entries[0].by, admin.id);
    assert.doesNotMatch(JSON.stringify(entries), /viagra/);
    const room = await bob.createGroup('own');
    const said = expectStatus(await send(bob, room, 'viagra'), 201);
    await waitUntil(async () => (await admin.get('/reports')).body.reports.some(({ seq, room: where }) => seq === said.seq && where === room.id), 'that administrators see it');
});

test('what the server looks for comes before administrators whatever the room has found of this person, and alone', async (t) => {
    const { mod, bob, room } = await stage({ words: ['casino'], words_action: 'report' });
    await everywhere(t, { words: ['viagra'], words_action: 'report' });
    const direct = expectStatus(await bob.post('/rooms', { kind: 'direct', members: [mod.id] }), 201);
    await mod.say(direct, 'a secret');
    await bob.say(room, 'hello');
    const own = expectStatus(await send(bob, room, 'a casino'), 201);
    await waitUntil(async () => (await mod.get(`/rooms/${room.id}/reports`)).body.reports.some(({ seq }) => seq === own.seq), 'that moderators see it');
    for (const where of [room, direct]) {
        const said = expectStatus(await send(bob, where, 'viagra'), 201);
        const find = async () => (await admin.get('/reports')).body.reports.find(({ seq, room: its }) => seq === said.seq && its === where.id);
        await waitUntil(find, 'that administrators see it');
        const { report: { evidence } } = expectStatus(await admin.get(`/reports/${(await find()).id}`), 200);
        assert.deepEqual(evidence.messages.map(({ content }) => content.text), ['viagra']);
    }
});

test('lists that are wrong or too long are refused with what is wrong', async () => {
    const { ann, room } = await stage();
    const refused = async (filters, field) =>
        assert.equal(expectProblem(await ann.patch(`/rooms/${room.id}`, { filters }), 422, 'field.invalid').field, field, JSON.stringify(filters));
    await refused('casino', 'filters');
    await refused({ words: 'casino' }, 'filters.words');
    await refused({ words: [7] }, 'filters.words');
    await refused({ words: ['***'] }, 'filters.words');
    await refused({ words: ['a*b'] }, 'filters.words');
    await refused({ words: ['x'.repeat(101)] }, 'filters.words');
    await refused({ words: Array.from({ length: 501 }, (_, n) => `word${n}`) }, 'filters.words');
    await refused({ hosts: ['no host'] }, 'filters.hosts');
    await refused({ hosts: Array.from({ length: 501 }, (_, n) => `h${n}.example`) }, 'filters.hosts');
    await refused({ links: 'some' }, 'filters.links');
    await refused({ words_action: 'ban' }, 'filters.words_action');
    const most = Array.from({ length: 500 }, (_, n) => `word${n}`);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { filters: { words: [...most.slice(1), 'word1', 'word0'].slice(0, 500) } }), 200);
});

test('a list that would take too much memory is refused with what to do, and filters of rooms that do not fit are read again when needed', async (t) => {
    const own = await serveWithAdmin(t, { args: ['--workers', '2', '--limit', 'filter_bytes=4096', '--limit', 'filters_bytes=4096'] });
    const root = await signInAdmin(own);
    const [ann, bob] = await signUpMany(own, 2);
    const words = (count) => Array.from({ length: count }, (_, n) => `unwanted${n}`);
    const first = await ann.createGroup('too much', [bob]);
    for (const set of [(filters) => ann.patch(`/rooms/${first.id}`, { filters }), (filters) => root.patch('/admin/settings', { filters })]) {
        const problem = expectProblem(await set({ words: words(60) }), 422, 'field.invalid');
        assert.equal(problem.field, 'filters');
        assert.match(problem.detail, /of at most 4096: leave some words or hosts out/);
        expectProblem(await set({ words: ['\ufdfa'.repeat(9)] }), 422, 'field.invalid'); // 162 letters once they are folded
    }
    const rooms = [first];
    for (let n = 0; n < 6; n++)
        rooms.push(await ann.createGroup(`room ${n}`, [bob]));
    for (const [n, room] of rooms.entries())
        expectStatus(await ann.patch(`/rooms/${room.id}`, { filters: { words: [`secret${n}`, ...words(15)] }, permissions: { edit: 'member' } }), 200);
    for (let round = 0; round < 3; round++) {
        await Promise.all(rooms.map(async (room, n) => {
            expectFiltered(await send(bob, room, `a secret${n}`));
            expectStatus(await send(bob, room, `no secret${n + 1}`), 201);
            expectFiltered(await bob.patch(`/rooms/${room.id}`, { topic: 'unwanted3' }));
        }));
    }
    expectStatus(await ann.patch(`/rooms/${first.id}`, { filters: null }), 200);
    expectStatus(await send(bob, first, 'a secret0'), 201);
});

test('filters outlive a restart', async (t) => {
    const own = await serveWithAdmin(t);
    const root = await signInAdmin(own);
    const ann = await signUp(own), bob = await signUp(own);
    const room = await ann.createGroup('kept', [bob]);
    expectStatus(await ann.patch(`/rooms/${room.id}`, { filters: { words: ['casino'] } }), 200);
    expectStatus(await root.patch('/admin/settings', { filters: { words: ['viagra'] } }), 200);
    const both = async () => {
        expectFiltered(await send(bob, room, 'casino'));
        expectFiltered(await send(ann, room, 'viagra'), /filter of this server/);
    };
    await both();
    await own.restart();
    await both();
});
