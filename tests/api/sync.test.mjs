// sync: what a client asks after every connection.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const KEYS = ['room', 'first_seq', 'last_seq', 'read_seq', 'unread', 'events', 'has_more'];

async function chatter(socket, room, count, words = 'words') {
    const replies = await Promise.all(Array.from({ length: count }, () =>
        socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(words) })));
    return replies.map((reply) => reply.seq);
}

test('a room not named shows its newest twenty, a named one the oldest after its seq', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('synced', [bob]);
    const [sender, socket] = [await ann.connect(), await bob.connect()];
    const last = (await chatter(sender, room, 100)).at(-1);

    const fresh = await socket.call('sync', {});
    assert.deepEqual([fresh.left, fresh.next], [[], null]);
    const [shown] = fresh.rooms;
    for (const key of KEYS)
        assert.ok(key in shown, key);
    assert.deepEqual([shown.room, shown.first_seq, shown.last_seq, shown.unread], [room.id, 1, last, 100]);
    assert.deepEqual([shown.events[0].seq, shown.events.at(-1).seq, shown.has_more], [last - 19, last, true]);

    const behind = await socket.call('sync', { rooms: { [room.id]: 10 } });
    assert.deepEqual(behind.rooms[0].events.map((event) => event.seq), Array.from({ length: 50 }, (_, at) => at + 11));
    assert.equal(behind.rooms[0].has_more, true);
    const wide = await socket.call('sync', { rooms: { [room.id]: 10 }, limit: 200 });
    assert.equal(wide.rooms[0].has_more, false);
    assert.equal(wide.rooms[0].events.at(-1).seq, last);

    assert.deepEqual((await socket.call('sync', { rooms: { [room.id]: last } })).rooms, []);
    assert.deepEqual((await socket.call('sync', { rooms: { [room.id]: last + 1000 } })).rooms, []);
});

test('newest: so many events of a room not named, and what was said last where none of them says it', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('reacted to', [bob]);
    const said = await ann.say(room, 'good news');
    const socket = await bob.connect();
    for (const emoji of ['👍', '🎉'])
        expectStatus(await bob.put(`/rooms/${room.id}/messages/${said.seq}/reactions/${encodeURIComponent(emoji)}`), 200);
    const newest = async (count) => (await socket.call('sync', { newest: count })).rooms[0];

    const behind = await newest(2);
    assert.deepEqual(behind.events.map(({ seq }) => seq), [said.seq + 1, said.seq + 2]);
    assert.deepEqual([behind.last_message.id, behind.last_message.content.text, behind.has_more], [said.id, 'good news', true]);
    const whole = await newest(3);
    assert.deepEqual([whole.events[0].seq, 'last_message' in whole], [said.seq, false]);
    assert.equal('last_message' in (await socket.call('sync', { newest: 2, rooms: { [room.id]: said.seq } })).rooms[0], false, 'it was named');
    for (const wrong of [0, 21, 'two'])
        await socket.refused('field.invalid', 'sync', { newest: wrong });
});

test('only: just the rooms named', async () => {
    const [ann] = await signUpMany(server, 1);
    const rooms = [await ann.createGroup('one'), await ann.createGroup('two'), await ann.createGroup('three')];
    const socket = await ann.connect();
    const named = await socket.call('sync', { rooms: { [rooms[1].id]: 0 }, only: true });
    assert.deepEqual(named.rooms.map((room) => room.room), [rooms[1].id]);
    const all = await socket.call('sync', { rooms: { [rooms[1].id]: 0 } });
    assert.equal(all.rooms.length, 3);
    assert.deepEqual((await socket.call('sync', { rooms: {}, only: true })).rooms, []);
});

test('left holds what was named and is not mine, or never was, or never existed', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const [kept, left, foreign] = [await ann.createGroup('kept', [bob]), await ann.createGroup('left', [bob]),
        await ann.createGroup('foreign')];
    expectStatus(await bob.delete(`/rooms/${left.id}/members/${bob.id}`), 204);
    const socket = await bob.connect();
    const named = Object.fromEntries([kept, left, foreign].map((room) => [room.id, 1]));
    const reply = await socket.call('sync', { rooms: { ...named, nonsense: 5 } });
    assert.deepEqual(new Set(reply.left), new Set([left.id, foreign.id, 'nonsense']));
    assert.deepEqual(reply.rooms.map((room) => room.room), [kept.id]);
});

test('me holds what changed since rev, and rev grows', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('marked', [bob]);
    for (let n = 0; n < 5; n++)
        await ann.say(room, `${n}`);
    const socket = await bob.connect();
    const before = await socket.call('sync', { rev: 0 });
    await socket.call('room.read', { room: room.id, seq: 5 });
    const changed = await socket.call('sync', { rev: before.rev });
    const key = `room.read:${room.id}`;
    const entry = changed.me.find((one) => one.key === key);
    assert.deepEqual([entry.value.read_seq, entry.rev > before.rev], [5, true]);
    assert.ok(changed.rev >= entry.rev);
    assert.deepEqual((await socket.call('sync', { rev: changed.rev })).me, []);
    await socket.call('room.read', { room: room.id, seq: 7 });
    const compact = await socket.call('sync', { rev: 0 });
    assert.equal(compact.me.filter((one) => one.key === key).length, 1, 'newest value only');
});

test('replies stay under 256 KiB and the cursor leads through everything once', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const sender = await ann.connect();
    const expected = new Map();
    for (let n = 0; n < 6; n++) {
        const room = await ann.createGroup(`big ${n}`, [bob]);
        await chatter(sender, room, 15, 'ж'.repeat(8000));
        expected.set(room.id, 18);
    }
    const socket = await bob.connect();
    const sizes = [];
    socket.wire.on('message', (bytes) => sizes.push(bytes.length));
    const seen = new Map();
    const fields = { rooms: Object.fromEntries([...expected.keys()].map((id) => [id, 0])), limit: 200 };
    let pages = 0;
    for (let cursor; cursor !== null; pages++) {
        const page = await socket.call('sync', { ...fields, ...(cursor ? { cursor } : {}) });
        for (const { room, events, has_more } of page.rooms) {
            const log = seen.get(room) ?? [];
            seen.set(room, log.concat(events.map((event) => event.seq)));
            assert.ok(!has_more || page.next !== null || events.length > 0);
        }
        cursor = page.next;
        assert.ok(pages < 50, 'it ends');
    }
    assert.ok(pages > 1, 'more than one page');
    assert.ok(Math.max(...sizes) <= 256 * 1024, `${Math.max(...sizes)} bytes`);
    for (const [room, last] of expected)
        assert.deepEqual(seen.get(room), Array.from({ length: last }, (_, at) => at + 1), 'from the oldest, each once');
});

test('names of no room at all are left too, and make no reply longer', async () => {
    const [ann] = await signUpMany(server, 1);
    const socket = await ann.connect();
    const room = await ann.createGroup('among strangers');
    await chatter(socket, room, 40, 'x'.repeat(16000));
    const strange = Array.from({ length: 3000 }, (_, n) => `"strange" ${n}`);
    const rooms = { [room.id]: 0, ...Object.fromEntries(strange.map((name) => [name, 1])) };
    const sizes = [];
    socket.wire.on('message', (bytes) => sizes.push(bytes.length));
    const left = [];
    for (let cursor; cursor !== null;) {
        const page = await socket.call('sync', { rooms, limit: 200, ...(cursor ? { cursor } : {}) });
        left.push(...page.left);
        cursor = page.next;
    }
    assert.deepEqual(left, strange, 'each once');
    assert.ok(Math.max(...sizes) <= 256 * 1024, `${Math.max(...sizes)} bytes`);
});

test('a room bigger than a reply comes in several, as far as was asked for', async () => {
    const [ann] = await signUpMany(server, 1);
    const socket = await ann.connect();
    const room = await ann.createGroup('huge');
    const last = (await chatter(socket, room, 60, 'x'.repeat(16000))).at(-1);
    const told = async (fields) => {
        const [seqs, entries] = [[], []];
        for (let cursor; cursor !== null;) {
            const page = await socket.call('sync', { ...fields, ...(cursor ? { cursor } : {}) });
            entries.push(...page.rooms);
            seqs.push(...page.rooms.flatMap(({ events }) => events.map(({ seq }) => seq)));
            cursor = page.next;
        }
        assert.ok(entries.length > 1, 'more than one reply has some of it');
        return { seqs, has_more: entries.at(-1).has_more };
    };
    const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
    assert.deepEqual(await told({ rooms: { [room.id]: 0 }, only: true, limit: 200 }), { seqs: range(1, last), has_more: false });
    assert.deepEqual(await told({ rooms: { [room.id]: 3 }, limit: 30 }), { seqs: range(4, 33), has_more: true });
    assert.deepEqual(await told({}), { seqs: range(last - 19, last), has_more: true });
});

test('what sync refuses', async () => {
    const [ann] = await signUpMany(server, 1);
    const socket = await ann.connect();
    for (const fields of [{ limit: 0 }, { limit: 201 }, { limit: '5' }, { rooms: [] }, { rooms: { x: 'y' } },
        { rooms: { x: -1 } }, { rev: -1 }, { rev: 'x' }, { only: 'yes' }, { cursor: 7 }, { cursor: 'garbage' }])
        assert.equal((await socket.request('sync', fields)).error?.code, 'field.invalid', JSON.stringify(fields));
});
