// What is too old: not given to anybody from its time on, and soon gone from the files; what stays is the log from
// its first_seq on, counts that are right, and that an act sent again is not done twice.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { serveWithClock } from '../support/clock.mjs';
import { elsewhere, isForgotten } from '../support/files.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { addMembers, freshNonce, signUpMany, text } from '../support/people.mjs';
import { BIN, SLOW } from '../support/server.mjs';

const SHORT = 600; // seconds: less than an access token lives
const THUMB = encodeURIComponent('\u{1F44D}');
const at = ({ room, seq }) => `/rooms/${room}/messages/${seq}`;
const send = async (who, room, fields) => expectStatus(await who.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), ...fields }), 201);
const keepFor = async (who, room, seconds) => expectStatus(await who.patch(`/rooms/${room.id}`, { retention_s: seconds, nonce: freshNonce() }), 200);
const refused = async (answer) => expectProblem(await answer, 404, 'message.not_found');

async function start(owner, { people = 3, args = [] } = {}) {
    const server = await serveWithClock(owner, { args: ['--workers', '3', ...args] });
    return [server, ...await signUpMany(server, people)];
}

/** Much was said in it, of all kinds, and each word of it is SECRET. */
async function fill(room, ann, bob, words) {
    const said = await send(ann, room, { content: text(`${words} one`) });
    expectStatus(await ann.patch(at(said), { content: text(`${words} two`), nonce: freshNonce() }), 200);
    const poll = await send(bob, room, { content: { type: 'poll', text: `${words}?`, options: ['yes', words] } });
    expectStatus(await ann.put(`${at(poll)}/vote`, { choices: [1] }), 200);
    const answer = await send(bob, room, { content: text(`${words} answer`), thread: said.seq });
    expectStatus(await bob.put(`${at(said)}/reactions/${THUMB}`, {}), 200, 201);
    expectStatus(await ann.put(`/rooms/${room.id}/pins/${said.seq}`, {}), 200, 201);
    const mention = await send(bob, room, { content: { ...text(`${words} you`), mentions: [ann.id] }, reply_to: said.seq });
    return { said, poll, answer, mention };
}

/** What a subcommand says of the server's data. */
function run(command, { data }) {
    const { status, stdout, stderr } = spawnSync(BIN, [command, '--data', data], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
}

/** Until a figure is so large; resolves with all of them. */
async function grown(server, figure, least) {
    for (const end = Date.now() + 60_000 * SLOW; ;) {
        const now = await metrics(server);
        if (now[figure] >= least)
            return now;
        assert.ok(Date.now() < end, `${figure} is ${now[figure]}, not ${least}`);
        await new Promise((done) => setTimeout(done, 50));
    }
}

/** Until so many events are off the logs. */
const pruned = (server, count) => grown(server, 'natternet_events_pruned_total', count);

/** Until what is too old was asked for so often since the server's start: all but the last time is through. */
const rounds = (server, count) => grown(server, 'natternet_prune_rounds_total', count);

test('what is too old is given to nobody from its time on, and soon gone from the files', { skip: elsewhere }, async (t) => {
    const [server, ann, bob] = await start(t);
    const room = await ann.createGroup('short', [bob]);
    const { said, poll, answer, mention } = await fill(room, ann, bob, 'huitzilopochtli');
    const before = await bob.room(room);
    assert.deepEqual([before.first_seq, before.unread], [1, 0]);
    const kept = await keepFor(ann, room, SHORT);
    assert.equal(kept.retention_s, SHORT);
    const told = (await ann.events(room)).at(-1);
    assert.deepEqual([told.type, told.retention_s], ['room.updated', SHORT]);
    await server.turnClock((SHORT + 1) * 1000);
    const fresh = await send(ann, room, { content: text('fresh') });
    for (const one of [said, poll, answer, mention])
        await refused(bob.get(at(one)));
    const page = expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual([page.messages.map(({ seq }) => seq), page.has_older], [[fresh.seq], false]);
    assert.deepEqual((await bob.events(room)).map(({ seq }) => seq), [fresh.seq]);
    assert.deepEqual(expectStatus(await bob.get(`/rooms/${room.id}/pins`), 200).messages, []);
    assert.deepEqual(expectStatus(await bob.get(`/rooms/${room.id}/messages?around=2`), 200).messages.map(({ seq }) => seq), [fresh.seq]);
    assert.deepEqual(expectStatus(await bob.get('/search?q=huitzilopochtli'), 200).results, []);
    assert.deepEqual(expectStatus(await ann.get('/me/threads'), 200).threads, []);
    const view = await bob.room(room);
    assert.deepEqual([view.first_seq, view.last_seq, view.unread], [fresh.seq, fresh.seq, 1]);
    assert.equal((await ann.room(room)).mentions, 0);
    await refused(bob.put(`${at(poll)}/vote`, { choices: [0] }));
    await refused(bob.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('to that'), reply_to: said.seq }));
    await refused(ann.patch(at(said), { content: text('other'), nonce: freshNonce() }));
    await refused(bob.post(`${at(said)}/forward`, { to: room.id, nonce: freshNonce() }));
    await refused(bob.post('/reports', { room: room.id, seq: said.seq, category: 'spam' }));
    const socket = await bob.connect();
    const { rooms: [entry] } = await socket.call('sync', { rooms: { [room.id]: 3 }, limit: 200 });
    assert.deepEqual([entry.first_seq, entry.events.map(({ seq }) => seq), entry.has_more], [fresh.seq, [fresh.seq], false]);
    await isForgotten(server.data, 'huitzilopochtli');
    assert.deepEqual((await bob.events(room)).map(({ seq }) => seq), [fresh.seq]);
    const read = expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq: said.seq }), 200);
    assert.equal(read.unread, 1);
    assert.equal((await bob.room(room)).unread, 1);
    await server.stop();
    assert.equal(run('check', server), 'Everything is whole.\n');
});

test('an act that is sent again after its event is gone is not done twice', async (t) => {
    const [server, ann, bob] = await start(t, { args: ['--limit', 'nonce_kept_s=86400'] });
    const room = await ann.createGroup('short', [bob]);
    await keepFor(ann, room, SHORT);
    const nonce = freshNonce();
    const said = await ann.say(room, 'once', nonce);
    await server.turnClock((SHORT + 1) * 1000);
    await pruned(server, said.seq);
    const again = expectStatus(await ann.post(`/rooms/${room.id}/messages`, { nonce, content: text('once') }), 200);
    assert.deepEqual([again.seq, again.content], [said.seq, { type: 'deleted', text: '' }]);
    assert.equal((await ann.room(room)).last_seq, said.seq);
    const next = await ann.say(room, 'next');
    assert.equal(next.seq, said.seq + 1, 'the log goes on where it was');
    assert.deepEqual(await bob.events(room).then((events) => events.map(({ seq }) => seq)), [next.seq]);
    await server.restart();
    expectStatus(await ann.post(`/rooms/${room.id}/messages`, { nonce, content: text('once') }), 200);
});

test('all that was said may be gone: the room stands, with nothing in it', async (t) => {
    const [server, ann, bob] = await start(t);
    const room = await ann.createDirect(bob);
    const said = await ann.say(room, 'gone');
    await keepFor(bob, room, SHORT);
    await server.turnClock((SHORT + 1) * 1000);
    const expectEmpty = async () => {
        const view = await bob.room(room);
        assert.deepEqual([view.first_seq, view.last_seq, view.unread, view.member_count], [said.seq + 2, said.seq + 1, 0, 2]);
        assert.deepEqual(expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200), { messages: [], has_older: false, has_newer: false });
        assert.deepEqual(await bob.events(room), []);
    };
    await expectEmpty();
    await pruned(server, said.seq + 1);
    await expectEmpty();
    await server.restart();
    await expectEmpty();
    const socket = await bob.connect();
    const { rooms } = await socket.call('sync', { rooms: {}, limit: 50 });
    assert.deepEqual([rooms[0].first_seq, rooms[0].events], [said.seq + 2, []]);
    const next = await ann.say(room, 'next');
    assert.deepEqual([next.seq, (await bob.room(room)).unread], [said.seq + 2, 1]);
});

test('who joined, who is banned and by which link one comes outlives what is gone', { skip: elsewhere }, async (t) => {
    const [server, ann, bob, cal, dan] = await start(t, { people: 4 });
    const room = await ann.createGroup('people', [bob, cal]);
    await keepFor(ann, room, SHORT);
    expectStatus(await ann.put(`/rooms/${room.id}/bans/${cal.id}`, { reason: 'rude' }), 200);
    const { code } = expectStatus(await ann.post(`/rooms/${room.id}/links`, { uses: 2, nonce: freshNonce() }), 201);
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${bob.id}`, { role: 'moderator' }), 200);
    const { last_seq } = await ann.room(room);
    await server.turnClock((SHORT + 1) * 1000);
    await pruned(server, last_seq);
    await server.restart();
    assert.deepEqual(expectStatus(await ann.get(`/rooms/${room.id}/bans`), 200).bans.map(({ user, reason }) => [user.id, reason]), [[cal.id, 'rude']]);
    expectStatus(await dan.post('/links/join', { code, nonce: freshNonce() }), 200, 201);
    expectProblem(await cal.post('/links/join', { code, nonce: freshNonce() }), 403, 'room.banned');
    assert.deepEqual(expectStatus(await ann.get(`/rooms/${room.id}/links`), 200).links.map(({ used }) => used), [1]);
    assert.deepEqual((await ann.room(room)).members.map(({ user, role }) => [user.id, role]).sort(),
        [[ann.id, 'owner'], [bob.id, 'moderator'], [dan.id, 'member']].sort());
    await server.stop();
    assert.equal(run('check', server), 'Everything is whole.\n');
});

test('the server says how long any room keeps anything, and rooms say less', async (t) => {
    const [server, ann, bob] = await start(t, { args: ['--limit', `retention_s=${SHORT}`] });
    const room = await ann.createGroup('bounded', [bob]);
    assert.equal(room.retention_s, SHORT);
    expectProblem(await ann.patch(`/rooms/${room.id}`, { retention_s: SHORT + 1 }), 422, 'field.invalid', 'retention_s');
    expectProblem(await ann.patch(`/rooms/${room.id}`, { retention_s: 59 }), 422, 'field.invalid', 'retention_s');
    const said = await ann.say(room, 'bounded');
    await server.turnClock((SHORT + 1) * 1000);
    await refused(bob.get(at(said)));
    await pruned(server, said.seq);
    assert.equal((await keepFor(ann, room, 60)).retention_s, 60);
    assert.equal((await keepFor(ann, room, 0)).retention_s, SHORT, 'for ever is as long as the server allows');
});

test('who may: by the permission, and of two either, unless one has blocked the other', async (t) => {
    const [server, ann, bob, cal] = await start(t);
    const room = await ann.createGroup('by permission', [bob]);
    expectProblem(await bob.patch(`/rooms/${room.id}`, { retention_s: SHORT }), 403, 'room.forbidden');
    const direct = await ann.createDirect(bob);
    for (const who of [ann, bob])
        assert.equal((await keepFor(who, direct, SHORT)).retention_s, SHORT);
    expectProblem(await ann.patch(`/rooms/${direct.id}`, { retention_s: 60, name: 'x' }), 409, 'room.direct_fixed');
    const made = expectStatus(await ann.post('/rooms', { kind: 'direct', members: [cal.id], retention_s: SHORT, nonce: freshNonce() }), 201);
    assert.deepEqual([made.retention_s, (await cal.room(made)).retention_s], [SHORT, SHORT]);
    expectStatus(await bob.put(`/me/feed/block:${ann.id}`, { value: {} }), 200, 201);
    expectProblem(await ann.patch(`/rooms/${direct.id}`, { retention_s: 0 }), 403, 'user.unreachable');
    await server.stop();
});

test('what is much goes a few at a time, through a kill in the middle', { skip: elsewhere }, async (t) => {
    const [server, ann, bob] = await start(t);
    const room = await ann.createGroup('long', [bob]);
    for (let some = 0; some < 5; some++)
        await Promise.all(Array.from({ length: 100 }, (_, n) => ann.say(room, `tezcatlipoca ${some}.${n}`)));
    await keepFor(ann, room, SHORT);
    const { last_seq } = await ann.room(room);
    await server.turnClock((SHORT + 1) * 1000);
    await pruned(server, 1);
    await server.kill();
    await server.launch();
    assert.equal((await bob.room(room)).first_seq, last_seq + 1);
    await addMembers(ann, room, await signUpMany(server, 1));
    assert.deepEqual((await bob.events(room)).map(({ seq }) => seq), [last_seq + 1]);
    await rounds(server, 2); // the first takes all that the kill left
    await server.stop();
    assert.deepEqual(run('check', server), 'Everything is whole.\n');
    run('compact', server); // of many, pages that were split may still hold some
    await server.launch(); // what its index took in meanwhile goes with the next round
    await isForgotten(server.data, 'tezcatlipoca');
});

test('a marker among what is too old stands behind all of it, and what is unread is what is kept, pruned or not', async (t) => {
    const [server, ann, bob, cal] = await start(t);
    const room = await ann.createGroup('marked', [bob, cal]);
    const old = [];
    for (let n = 0; n < 4; n++)
        old.push(await ann.say(room, `old ${n}`));
    await keepFor(ann, room, SHORT);
    const { last_seq: gone } = await ann.room(room);
    await server.turnClock((SHORT + 1) * 1000);
    const fresh = await ann.say(room, 'fresh');
    const marks = async (who, seq) => {
        const { read_seq, unread } = expectStatus(await who.put(`/rooms/${room.id}/read`, { seq }), 200);
        const view = await who.room(room);
        assert.deepEqual([view.read_seq, view.unread], [read_seq, unread], 'the room says the same');
        return [read_seq, unread];
    };
    assert.deepEqual(await marks(bob, old[1].seq), [gone, 1]);
    assert.deepEqual(await marks(bob, old[0].seq), [gone, 1], 'it only grows');
    await pruned(server, gone);
    assert.deepEqual(await marks(bob, old[2].seq), [gone, 1]);
    const socket = await cal.connect();
    const reply = await socket.call('room.read', { room: room.id, seq: 1 });
    assert.deepEqual([reply.read_seq, reply.unread], [gone, 1]);
    assert.deepEqual(await marks(cal, fresh.seq), [fresh.seq, 0]);
    await ann.say(room, 'next');
    assert.deepEqual(await marks(bob, old[3].seq), [gone, 2]);
});

test('rooms are asked for what is too old, and where nothing is none is looked at', async (t) => {
    const [server, ann, bob] = await start(t);
    for (const name of ['one', 'two', 'three'])
        await keepFor(ann, await ann.createGroup(name, [bob]), SHORT);
    const { natternet_prune_rounds_total: begun } = await metrics(server);
    const first = await rounds(server, begun + 2); // the first of the process walks over all rooms
    const later = await rounds(server, first.natternet_prune_rounds_total + 2);
    assert.equal(later.natternet_prune_rooms_total, first.natternet_prune_rooms_total);
});
