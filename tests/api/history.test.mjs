// Pages of history and of the log.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });
const [ann, bob] = await signUpMany(server, 2);
const room = await ann.createGroup('long', [bob]);
const socket = await ann.connect();
const COUNT = 250;
const sent = await Promise.all(Array.from({ length: COUNT }, (_, n) =>
    socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`message ${n}`) })));
const seqs = sent.map((reply) => reply.seq);
const oldest = seqs[0];
const newest = seqs.at(-1);

const page = async (query) => expectStatus(await bob.get(`/rooms/${room.id}/messages${query}`), 200);
const span = ({ messages }) => [messages[0]?.seq, messages.at(-1)?.seq, messages.length];

/** The same page by REST and by socket. */
async function both(fields) {
    const query = new URLSearchParams(fields).toString();
    const byRest = await page(query ? `?${query}` : '');
    const { reply_to: _, ok: __, ...bySocket } = await socket.call('room.history', { room: room.id, ...fields });
    assert.deepEqual(bySocket.messages, byRest.messages);
    assert.deepEqual([bySocket.has_older, bySocket.has_newer], [byRest.has_older, byRest.has_newer]);
    byRest.messages.reduce((last, message) => {
        assert.ok(message.seq > last, 'ascending');
        return message.seq;
    }, 0);
    return byRest;
}

test('without a position: the newest fifty', async () => {
    const newestPage = await both({});
    assert.deepEqual(span(newestPage), [newest - 49, newest, 50]);
    assert.deepEqual([newestPage.has_older, newestPage.has_newer], [true, false]);
});

test('backwards from the end, page by page, everything once', async () => {
    const all = [];
    let before = newest + 1;
    for (;;) {
        const older = await both({ before, limit: 70 });
        all.unshift(...older.messages);
        assert.equal(older.has_newer, before <= newest);
        if (!older.has_older)
            break;
        before = older.messages[0].seq;
    }
    assert.deepEqual(all.map((message) => message.seq), seqs);
});

test('forwards from the beginning, page by page, everything once', async () => {
    const all = [];
    let after = 0;
    for (;;) {
        const newer = await both({ after, limit: 200 });
        all.push(...newer.messages);
        if (!newer.has_newer)
            break;
        after = newer.messages.at(-1).seq;
    }
    assert.deepEqual(all.map((message) => message.content.text), seqs.map((_, n) => `message ${n}`));
});

test('around a seq: half of them older, the rest from it on', async () => {
    const middle = seqs[120];
    assert.deepEqual(span(await both({ around: middle, limit: 10 })), [middle - 5, middle + 4, 10]);
    assert.deepEqual(span(await both({ around: middle, limit: 1 })), [middle, middle, 1]);
    const atStart = await both({ around: oldest, limit: 10 });
    assert.ok(atStart.messages.some((message) => message.seq === oldest));
    assert.deepEqual([atStart.has_older, atStart.has_newer], [false, true]);
    const atEnd = await both({ around: newest, limit: 10 });
    assert.ok(atEnd.messages.some((message) => message.seq === newest));
    assert.deepEqual([atEnd.has_older, atEnd.has_newer], [true, false]);
});

test('the edges: before the first, after the last, past everything', async () => {
    assert.deepEqual(await both({ before: oldest }), { messages: [], has_older: false, has_newer: true });
    assert.deepEqual(await both({ before: 1 }), { messages: [], has_older: false, has_newer: true });
    assert.deepEqual(await both({ after: newest }), { messages: [], has_older: true, has_newer: false });
    assert.deepEqual(span(await both({ before: oldest + 1 })), [oldest, oldest, 1]);
    const past = await both({ after: newest + 1000 });
    assert.deepEqual([past.messages, past.has_newer], [[], false]);
    assert.deepEqual(span(await both({ before: 2 ** 52, limit: 5 })), [newest - 4, newest, 5]);
});

test('a number out of its range is refused, never bent', async () => {
    const bad = ['limit=0', 'limit=201', 'limit=-5', 'limit=abc', 'limit=1.5', 'limit=', 'limit=99999999999999999999',
        'before=-1', 'before=x', 'after=-1', 'after=1e3', 'around=-1', 'around=0x10', 'before=5%20',
        'before=99999999999999999999'];
    for (const query of bad)
        expectProblem(await bob.get(`/rooms/${room.id}/messages?${query}`), 422, 'field.invalid', query.split('=')[0]);
    for (const query of ['before=5&after=5', 'before=5&around=5', 'after=1&around=9', 'after=1&before=2&around=3'])
        expectStatus(await bob.get(`/rooms/${room.id}/messages?${query}`), 422);
    for (const fields of [{ limit: 0 }, { limit: 201 }, { limit: '5' }, { limit: 1.5 }, { before: -1 }, { before: '9' },
        { before: 5, after: 5 }, { after: 1, around: 9 }])
        assert.equal((await socket.request('room.history', { room: room.id, ...fields })).error?.code, 'field.invalid',
            JSON.stringify(fields));
});

test('events are the log itself, oldest first after a seq', async () => {
    const get = async (query) => expectStatus(await bob.get(`/rooms/${room.id}/events${query}`), 200);
    const first = await get('?after=0&limit=5');
    assert.deepEqual(first.events.map((event) => event.seq), [1, 2, 3, 4, 5]);
    assert.equal(first.has_more, true);
    assert.deepEqual((await get('')).events[0].seq, 1);
    assert.deepEqual(await get(`?after=${newest}`), { events: [], has_more: false });
    assert.deepEqual(await get(`?after=${newest + 50}`), { events: [], has_more: false });
    assert.deepEqual((await get(`?after=${newest - 3}&limit=3`)).has_more, false);
    for (const query of ['limit=0', 'limit=201', 'after=-1', 'after=x'])
        expectProblem(await bob.get(`/rooms/${room.id}/events?${query}`), 422, 'field.invalid', query.split('=')[0]);
    const all = await bob.events(room);
    assert.deepEqual(all.map((event) => event.seq), Array.from({ length: newest }, (_, at) => at + 1));
});

test('live, event log and history show the same message', async () => {
    const message = await ann.say(room, 'one truth');
    const live = await socket.next('message.created', (event) => event.seq === message.seq);
    const [logged] = await bob.events(room, message.seq - 1);
    assert.deepEqual(logged, live);
    assert.deepEqual(live.message, message);
});
