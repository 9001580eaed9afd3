// What members read of what was said before they came: all of it, or nothing of it by any of the ways there are.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schemaOf } from '../support/acts.mjs';
import { elsewhere } from '../support/files.mjs';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const [ann, bob, cal, dan] = await signUpMany(server, 4);

const ASK = Boolean(elsewhere); // with other servers none knows whom another let in, so whoever may read an edit asks for it
const SECRET = 'quetzalcoatl';
const THUMB = encodeURIComponent('\u{1F44D}');
const at = ({ room, seq }) => `/rooms/${room}/messages/${seq}`;
const send = async (who, room, fields) => expectStatus(await who.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), ...fields }), 201);
const set = async (who, room, change) => expectStatus(await who.patch(`/rooms/${room.id}`, { ...change, nonce: freshNonce() }), 200);
const holds = (value) => JSON.stringify(value).includes(SECRET);

/** A group in which much was said before `newcomer` came, and of that all that can be: answered, pinned, edited, voted. */
async function oldGroup(newcomer, history = 'joined') {
    const room = await ann.createGroup('old', [bob]);
    await set(ann, room, { history });
    const said = await send(ann, room, { content: text(`${SECRET} one`) });
    expectStatus(await ann.patch(at(said), { content: text(`${SECRET} two`), nonce: freshNonce() }), 200);
    const poll = await send(bob, room, { content: { type: 'poll', text: `${SECRET}?`, options: ['yes', SECRET] } });
    expectStatus(await ann.put(`${at(poll)}/vote`, { choices: [1] }), 200);
    const answer = await send(bob, room, { content: text(`${SECRET} answer`), thread: said.seq });
    const mention = await send(bob, room, { content: { ...text(`${SECRET} all`), mentions: [] }, reply_to: said.seq });
    expectStatus(await bob.put(`${at(said)}/reactions/${THUMB}`, {}), 200, 201);
    expectStatus(await ann.put(`/rooms/${room.id}/pins/${said.seq}`, {}), 200, 201);
    await addMembers(ann, room, [newcomer]);
    const joined = (await ann.events(room)).at(-1);
    return { room, said, poll, answer, mention, joined };
}

const refused = async (answer) => expectProblem(await answer, 404, 'message.not_found');

/** Every route that reads something, as a newcomer asks it. What is no row here has to be none of rooms' words. */
const READS = {
    list_rooms: async ({ room, joined }) => {
        const found = expectStatus(await cal.get('/rooms'), 200).rooms.find(({ id }) => id === room.id);
        assert.deepEqual([found.first_seq, found.from_seq, found.unread, found.mentions, found.history], [joined.seq, joined.seq, 0, 0, 'joined']);
    },
    get_room: async ({ room, joined }) => assert.equal((await cal.room(room)).first_seq, joined.seq),
    list_messages: async ({ room, said }) => {
        for (const query of ['', `?before=${said.seq + 2}`, '?after=0', `?around=${said.seq}`, `?thread=${said.seq}`]) {
            const page = expectStatus(await cal.get(`/rooms/${room.id}/messages${query}`), 200);
            assert.deepEqual([page.messages, page.has_older], [[], false], query);
        }
    },
    get_message: async ({ said, poll, answer }) => { for (const one of [said, poll, answer]) await refused(cal.get(at(one))); },
    list_versions: ({ said }) => refused(cal.get(`${at(said)}/versions`)),
    list_reaction_users: ({ said }) => refused(cal.get(`${at(said)}/reactions/${THUMB}`)),
    list_voters: ({ poll }) => refused(cal.get(`${at(poll)}/votes/1`)),
    list_pins: async ({ room }) => assert.deepEqual(expectStatus(await cal.get(`/rooms/${room.id}/pins`), 200).messages, []),
    list_events: async ({ room, joined }) => {
        const events = await cal.events(room);
        assert.deepEqual([events[0].seq, holds(events)], [joined.seq, false]);
    },
    list_threads: async ({ room, said }) => {
        expectStatus(await cal.put(`/me/feed/thread:${room.id}.${said.seq}`, { value: { read: 1 } }), 200, 201);
        assert.deepEqual(expectStatus(await cal.get('/me/threads'), 200).threads, []);
    },
    search: async ({ room }) => {
        for (const query of [`q=${SECRET}`, `q=${SECRET}&room=${room.id}`, `q=${SECRET}&order=best`, `room=${room.id}&from=${ann.id}`]) {
            const { results } = expectStatus(await cal.get(`/search?${query}`), 200);
            assert.deepEqual(results, [], query);
        }
    },
    list_feed: async () => assert.ok(!holds(expectStatus(await cal.get('/me/feed?family=thread'), 200))),
    list_receipts: async ({ room }) => assert.ok(!holds(expectStatus(await cal.get(`/rooms/${room.id}/receipts`), 200))),
};
const WITHOUT_WORDS = ['list_sessions', 'get_me', 'get_feed', 'get_presence', 'list_presences', 'list_users', 'get_user', 'get_service', 'get_settings',
    'list_people', 'get_person', 'list_groups', 'get_group', 'list_group_members', 'get_figures', 'list_sessions_of', 'list_members', 'list_links', 'list_directory', 'list_requests', 'list_own_requests', 'list_audit',
    'list_all_audit', 'list_reports', 'list_room_reports', 'get_report', 'list_bans', 'get_filters', 'list_emoji', 'get_emoji_image', 'openapi', 'asyncapi', 'websocket'];

test('whoever joins reads nothing from before by any of the ways there are', async () => {
    const stage = await oldGroup(cal);
    await expectFound(ann, stage.room);
    for (const [name, read] of Object.entries(READS))
        await read(stage).catch((error) => { throw new Error(`${name}: ${error.message}`, { cause: error }); });
    const socket = await cal.connect();
    const reply = await socket.call('sync', { rooms: {}, limit: 200 });
    const entry = reply.rooms.find(({ room }) => room === stage.room.id);
    assert.deepEqual([entry.first_seq, entry.events[0].seq, entry.has_more, holds(entry)], [stage.joined.seq, stage.joined.seq, false, false]);
    const since = await socket.call('sync', { rooms: { [stage.room.id]: 1 }, limit: 200 });
    assert.deepEqual([since.rooms[0].events[0].seq, holds(since)], [stage.joined.seq, false]);
    const page = await socket.call('room.history', { room: stage.room.id, around: stage.said.seq });
    assert.deepEqual(page.messages, []);
});

/** The index follows the log: so that nothing found means something. */
async function expectFound(who, room) {
    for (let found = 0; found < 4;)
        found = expectStatus(await who.get(`/search?q=${SECRET}&room=${room.id}`), 200).results.length;
}

test('the table of reads has all routes that read', () => {
    const known = new Set([...Object.keys(READS), ...WITHOUT_WORDS]);
    const reading = schemaOf('rest').filter(({ method }) => method === 'GET').map(({ name }) => name);
    assert.deepEqual(reading.filter((name) => !known.has(name)), []);
});

test('nor can they act on what they cannot read', async () => {
    const { room, said, poll, answer, joined } = await oldGroup(cal);
    const own = await cal.createGroup('own', []);
    await refused(cal.put(`${at(said)}/reactions/${THUMB}`, {}));
    await refused(cal.put(`${at(poll)}/vote`, { choices: [0] }));
    await refused(cal.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('to that'), reply_to: said.seq }));
    await refused(cal.post(`/rooms/${room.id}/messages`, { nonce: freshNonce(), content: text('there'), thread: said.seq }));
    await refused(cal.post(`${at(said)}/forward`, { to: own.id, nonce: freshNonce() }));
    await refused(cal.post('/reports', { room: room.id, seq: answer.seq, category: 'spam' }));
    expectStatus(await ann.patch(`/rooms/${room.id}/members/${cal.id}`, { role: 'moderator' }), 200);
    await refused(cal.delete(at(said), {}));
    await refused(cal.put(`/rooms/${room.id}/pins/${said.seq}`, {}));
    const swept = expectStatus(await cal.delete(`/rooms/${room.id}/members/${bob.id}/messages?all=true`), 200);
    assert.equal(swept.deleted, 0);
    assert.ok((await ann.events(room)).filter(({ seq, type }) => seq > joined.seq && type !== 'room.user.updated').length === 0);
});

test('what goes along with a report is what who reports may read', async () => {
    const { room } = await oldGroup(cal);
    const bad = await bob.say(room, 'that is rude');
    const report = expectStatus(await cal.post('/reports', { room: room.id, seq: bad.seq, category: 'spam' }), 201);
    const seen = expectStatus(await ann.get(`/reports/${report.id}`), 200);
    assert.ok(JSON.stringify(seen).includes('that is rude') && !holds(seen));
});

test('an edit of what was said before reaches who could read it, and tells newcomers no word', async () => {
    const { room, said, joined } = await oldGroup(cal);
    const [old, young] = [await bob.connect(), await cal.connect()];
    expectStatus(await ann.patch(at(said), { content: text(`${SECRET} three`), nonce: freshNonce() }), 200);
    const [whole, bare] = [await old.next('message.updated'), await young.next('message.updated')];
    assert.deepEqual([whole.target, whole.message?.content.text], [said.seq, ASK ? undefined : `${SECRET} three`], 'who may read it need not ask');
    assert.deepEqual([bare.target, bare.message, holds(bare)], [said.seq, undefined, false]);
    assert.equal(expectStatus(await bob.get(at(said)), 200).content.text, `${SECRET} three`);
    const later = await ann.say(room, 'after');
    expectStatus(await ann.patch(at(later), { content: text('after all'), nonce: freshNonce() }), 200);
    assert.equal((await young.next('message.updated')).message.content.text, 'after all', 'what came later is told as ever');
    const events = await cal.events(room, joined.seq);
    assert.deepEqual(events.map(({ type, message }) => [type, message?.content.text]),
        [['message.updated', undefined], ['message.created', 'after all'], ['message.updated', 'after all']]);
    assert.equal((await ann.events(room, joined.seq))[0].message.content.text, `${SECRET} three`);
});

test('of an edit nobody has to ask: each of many is told it once, in the order of the log, and of newcomers who have left nothing is hidden any more', async () => {
    const { room, said } = await oldGroup(cal);
    const [watcher, young] = [await bob.connect(), await cal.connect()];
    const told = (socket) => socket.next('message.updated').then(({ seq, target, message }) => [seq, target, message?.content.text]);
    const edit = async (words) => expectStatus(await ann.patch(at(said), { content: text(words), nonce: freshNonce() }), 200);
    const writer = await ann.connect();
    const heard = new Map([watcher, writer, young].map((socket) => [socket, []]));
    for (const [socket, events] of heard)
        socket.onEvent((event) => (event.type === 'message.updated' || event.type === 'message.created') && events.push(event));
    const sent = ['four', 'five', 'six'].flatMap((words) => [
        writer.call('message.edit', { room: room.id, seq: said.seq, nonce: freshNonce(), content: text(words) }),
        writer.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`after ${words}`) }),
    ]);
    const seqs = (await Promise.all(sent)).map(({ seq }) => seq);
    for (const [socket, events] of heard) {
        await socket.until(() => events.length >= seqs.length || undefined, 'all that was written');
        assert.deepEqual(events.map(({ seq }) => seq), [...seqs].sort((a, b) => a - b));
        const edits = events.filter(({ type }) => type === 'message.updated');
        assert.deepEqual(edits.map(({ message }) => message !== undefined), edits.map(() => socket !== young && !ASK));
        socket.events.length = 0;
    }
    expectStatus(await ann.delete(`/rooms/${room.id}/members/${cal.id}`), 204);
    await edit('seven');
    assert.equal((await told(watcher))[2], ASK ? undefined : 'seven');
    assert.ok(!(await young.settle()).some(({ target }) => target === said.seq));
});

test('a deletion of what was said before is told whole, as it has no words', async () => {
    const { said } = await oldGroup(cal);
    const [old, young] = [await bob.connect(), await cal.connect()];
    expectStatus(await ann.delete(at(said), { nonce: freshNonce() }), 200, 204);
    for (const socket of [old, young]) {
        const event = await socket.next('message.deleted');
        assert.deepEqual([event.target, event.message.content.text, event.message.deleted_by, holds(event)], [said.seq, '', ann.id, false]);
    }
});

test('who was there loses nothing, who comes while all is shown reads all, and who comes back begins anew', async () => {
    const { room, said } = await oldGroup(cal);
    assert.equal(expectStatus(await bob.get(at(said)), 200).content.text, `${SECRET} two`);
    const { first_seq, from_seq } = await bob.room(room);
    assert.deepEqual([first_seq, from_seq], [1, undefined]);
    await set(ann, room, { history: 'all' });
    await refused(cal.get(at(said)));
    await addMembers(ann, room, [dan]);
    expectStatus(await dan.get(at(said)), 200);
    expectStatus(await cal.delete(`/rooms/${room.id}/members/${cal.id}`), 204);
    await addMembers(ann, room, [cal]);
    expectStatus(await cal.get(at(said)), 200);
    await set(ann, room, { history: 'joined' });
    expectStatus(await dan.delete(`/rooms/${room.id}/members/${dan.id}`), 204);
    await ann.say(room, `${SECRET} four`);
    await addMembers(ann, room, [dan]);
    assert.ok(!holds(await dan.events(room)));
});

test('it holds by whatever way one comes in', async () => {
    const { room, said } = await oldGroup(cal);
    const [eve, fay] = await signUpMany(server, 2);
    const { code } = expectStatus(await ann.post(`/rooms/${room.id}/links`, { uses: 1, nonce: freshNonce() }), 201);
    expectStatus(await eve.post('/links/join', { code, nonce: freshNonce() }), 200, 201);
    await set(ann, room, { visibility: 'public', join: 'approval' });
    expectStatus(await fay.post(`/rooms/${room.id}/requests`, { nonce: freshNonce() }), 200, 201);
    expectStatus(await ann.put(`/rooms/${room.id}/requests/${fay.id}`, { nonce: freshNonce() }), 200, 201);
    await set(ann, room, { join: 'free' });
    expectStatus(await dan.post(`/rooms/${room.id}/join`, { nonce: freshNonce() }), 200);
    for (const who of [eve, fay, dan]) {
        await refused(who.get(at(said)));
        assert.ok(!holds(await who.events(room)));
    }
});

test('it is one of two words, and for who may edit the room', async () => {
    const room = await ann.createGroup('words', [bob]);
    expectProblem(await ann.patch(`/rooms/${room.id}`, { history: 'some' }), 422, 'field.invalid', 'history');
    expectProblem(await bob.patch(`/rooms/${room.id}`, { history: 'joined' }), 403, 'room.forbidden');
    const made = expectStatus(await ann.post('/rooms', { kind: 'group', name: 'made', members: [bob.id], history: 'joined', nonce: freshNonce() }), 201);
    assert.deepEqual([made.history, made.first_seq, (await bob.room(made)).first_seq], ['joined', 1, 1]);
    const direct = await ann.createDirect(bob);
    expectProblem(await ann.patch(`/rooms/${direct.id}`, { history: 'joined' }), 409, 'room.direct_fixed');
});
