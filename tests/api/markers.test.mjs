// What is told but not stored (typing), and read markers that agree on all devices, live.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { signUpMany } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after });

test('the others see who is typing; it is never stored', async () => {
    const [ann, bob, cal] = await signUpMany(server, 3);
    const room = await ann.createGroup('typing', [bob]);
    const [typist, reader, outsider] = [await ann.connect(), await bob.connect(), await cal.connect()];
    await typist.call('room.typing', { room: room.id });
    const event = await reader.next('room.typing');
    assert.deepEqual([event.room, event.user_id], [room.id, ann.id]);
    assert.ok(!('seq' in event));
    await typist.settle();
    await outsider.settle();
    assert.ok(!typist.events.some((one) => one.type === 'room.typing'), 'not to oneself');
    assert.ok(!outsider.events.some((one) => one.type === 'room.typing'), 'not to outsiders');
    assert.equal((await ann.room(room)).last_seq, 3);
    await outsider.refused('room.not_found', 'room.typing', { room: room.id });
    await typist.refused('field.missing', 'room.typing');
});

test('who types in a thread is told with it, and not as typing in the room', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('typing below', [bob]);
    const root = await ann.say(room, 'root');
    const [typist, reader] = [await ann.connect(), await bob.connect()];
    await typist.call('room.typing', { room: room.id, thread: root.seq });
    const event = await reader.next('room.typing');
    assert.deepEqual([event.room, event.user_id, event.thread], [room.id, ann.id, root.seq]);
    await typist.call('room.typing', { room: room.id });
    assert.ok(!('thread' in await reader.next('room.typing')));
    for (const thread of [0, -1, 'x'])
        await typist.refused('field.invalid', 'room.typing', { room: room.id, thread });
});

test('two devices of one person agree on what is read, live', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('read', [bob]);
    const phone = await bob.connect();
    const laptop = await (await bob.signInAgain()).connect();
    const others = await ann.connect();
    const last = [];
    for (let n = 0; n < 4; n++)
        last.push((await ann.say(room, `${n}`)).seq);
    assert.equal((await bob.room(room)).unread, 4);

    const reply = await phone.call('room.read', { room: room.id, seq: last[1] });
    assert.deepEqual([reply.read_seq, reply.unread], [last[1], 2]);
    for (const socket of [laptop, others]) {
        const event = await socket.next('room.read', (one) => one.user_id === bob.id);
        assert.deepEqual([event.room, event.read_seq], [room.id, last[1]]);
        assert.ok(!('seq' in event));
    }
    assert.equal((await bob.room(room)).unread, 2);

    const smaller = await laptop.call('room.read', { room: room.id, seq: last[0] });
    assert.deepEqual([smaller.read_seq, smaller.unread], [last[1], 2], 'it only ever grows');
    const past = expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq: last[3] + 100 }), 200);
    assert.deepEqual([past.read_seq, past.unread], [last[3], 0], 'past the end counts as the end');
    assert.equal((await phone.next('room.read', (one) => one.read_seq === last[3])).user_id, bob.id);
    const [entry] = expectStatus(await bob.get('/rooms'), 200).rooms;
    assert.deepEqual([entry.read_seq, entry.unread], [last[3], 0]);
});

test('sending moves one\'s own marker to what was sent, on every device', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('moved', [bob]);
    await ann.say(room, 'one');
    await ann.say(room, 'two');
    assert.equal((await bob.room(room)).unread, 2);
    const mine = await bob.say(room, 'three');
    const seen = await bob.room(room);
    assert.deepEqual([seen.unread, seen.read_seq], [0, mine.seq]);
    assert.equal((await ann.room(room)).unread, 1);
});

test('markers outlive a crash once they were acknowledged', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('durable', [bob]);
    const { seq } = await ann.say(room, 'one');
    expectStatus(await bob.put(`/rooms/${room.id}/read`, { seq }), 200);
    await server.restart({ hard: true });
    assert.equal((await bob.room(room)).read_seq, seq);
});

test('what a read marker cannot be', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('bounds');
    for (const seq of [-1, 1.5, 'x', null])
        expectProblem(await ann.put(`/rooms/${room.id}/read`, { seq }), 422, 'field.invalid', 'seq');
    expectProblem(await ann.put(`/rooms/${room.id}/read`, {}), 422, 'field.missing', 'seq');
    expectProblem(await bob.put(`/rooms/${room.id}/read`, { seq: 1 }), 404, 'room.not_found');
});
