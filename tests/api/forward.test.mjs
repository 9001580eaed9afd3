// What is said in one room is said again in another: whose words they are is told, but not where they stood.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { addMembers, freshNonce, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const [ann, bob, cal] = await signUpMany(server, 3);

const at = ({ room, seq }) => `/rooms/${room}/messages/${seq}`;
const forward = (who, message, to, nonce = freshNonce()) => who.post(`${at(message)}/forward`, { to: to.id, nonce });

/** A message of Ann's in a room of Ann and Bob, and a room of Bob and Cal. */
async function said(words = 'pass it on') {
    const from = await ann.createGroup('where it was said', [bob]);
    return { from, to: await bob.createGroup('where it goes', [cal]), message: await ann.say(from, words) };
}

test('a forwarded message has the words, and whose they are, and when; by both doors', async () => {
    const { from, to, message } = await said();
    const [listener, sender] = [await cal.connect(), await bob.connect()];
    const sent = expectStatus(await forward(bob, message, to), 201);
    assert.deepEqual([sent.room, sent.sender], [to.id, bob.id]);
    assert.deepEqual(sent.content, { ...text('pass it on'), forwarded: { sender: ann.id, created_at: message.created_at } });
    const event = await listener.next('message.created');
    assert.deepEqual(event.message, sent);
    const told = JSON.stringify(event);
    assert.ok(!told.includes(from.id) && !told.includes(from.name), 'the room where it was said is not told');
    const again = await sender.call('message.forward', { room: from.id, seq: message.seq, to: to.id });
    assert.equal(again.seq, sent.seq + 1);
    assert.deepEqual((await cal.events(to)).at(-1).message.content, sent.content);
});

test('what was forwarded goes on under the name of who said it first', async () => {
    const { from, to, message } = await said();
    const once = expectStatus(await forward(bob, message, to), 201);
    const back = expectStatus(await forward(bob, once, from), 201);
    assert.deepEqual(back.content.forwarded, once.content.forwarded);
});

test('words are put into nobody\'s mouth: what a client says of whence they come is left out', async () => {
    const { to, message } = await said();
    const forged = { ...text('I owe him money'), forwarded: { sender: ann.id, created_at: message.created_at } };
    const sent = expectStatus(await bob.post(`/rooms/${to.id}/messages`, { content: forged }), 201);
    assert.deepEqual(sent.content, text('I owe him money'));
    const real = expectStatus(await forward(bob, message, to), 201);
    const edited = expectStatus(await bob.patch(at(real), { content: { ...forged, forwarded: real.content.forwarded } }), 200);
    assert.deepEqual(edited.content, text('I owe him money'), 'an edit makes them one\'s own');
});

test('it mentions nobody, whomever the first one mentioned', async () => {
    const { from, to } = await said();
    const calls = expectStatus(await ann.post(`/rooms/${from.id}/messages`, { content: { ...text('all!'), mentions: ['everyone'] } }), 201);
    const sent = expectStatus(await forward(bob, calls, to), 201);
    assert.equal(sent.content.mentions, undefined);
    assert.equal((await cal.room(to)).mentions, 0);
});

test('who is not in the one room or the other cannot tell it from one that never was', async () => {
    const { from, to, message } = await said();
    const never = { id: 'zzzzzzzzzz' };
    const own = await cal.createGroup('of Cal');
    const foreign = expectProblem(await forward(cal, message, own), 404, 'room.not_found');
    assert.deepEqual(foreign, expectProblem(await forward(cal, { room: never.id, seq: message.seq }, own), 404, 'room.not_found'));
    assert.deepEqual(expectProblem(await forward(ann, message, to), 404, 'room.not_found'),
        expectProblem(await forward(ann, message, never), 404, 'room.not_found'));
    const socket = await cal.connect();
    await socket.refused('room.not_found', 'message.forward', { room: from.id, seq: message.seq, to: own.id });
    assert.equal((await cal.room(own)).last_seq, own.last_seq);
});

test('only messages that stand are forwarded', async () => {
    const { from, to, message } = await said();
    for (const seq of [1, message.seq + 9])
        expectProblem(await forward(bob, { room: from.id, seq }, to), 404, 'message.not_found');
    expectStatus(await ann.delete(at(message)), 204);
    expectProblem(await forward(bob, message, to), 409, 'message.deleted');
});

test('a retry is answered with the first one, also when the message has gone since, or its reader', async () => {
    const { from, to, message } = await said();
    const nonce = freshNonce();
    const first = expectStatus(await forward(bob, message, to, nonce), 201);
    expectStatus(await ann.delete(at(message)), 204);
    assert.deepEqual(expectStatus(await forward(bob, message, to, nonce), 200), first);
    expectStatus(await ann.delete(`/rooms/${from.id}/members/${bob.id}`), 204);
    assert.deepEqual(expectStatus(await forward(bob, message, to, nonce), 200), first);
    const socket = await bob.connect();
    const reply = await socket.call('message.forward', { room: from.id, seq: message.seq, to: to.id, nonce });
    assert.deepEqual([reply.seq, reply.duplicate], [first.seq, true]);
    assert.equal((await bob.room(to)).last_seq, first.seq, 'one event');
});

test('a room can keep its messages to itself; what holds where they go holds too', async () => {
    const { from, to, message } = await said();
    expectStatus(await ann.patch(`/rooms/${from.id}`, { permissions: { forward: 'moderator' } }), 200);
    expectProblem(await forward(bob, message, to), 403, 'room.forbidden');
    const own = await ann.createGroup('of Ann');
    expectStatus(await forward(ann, message, own), 201);
    await addMembers(ann, own, [bob]);
    expectStatus(await ann.patch(`/rooms/${own.id}`, { slow_mode_s: 600 }), 200);
    const theirs = await bob.say(to, 'mine');
    expectStatus(await forward(bob, theirs, own), 201);
    expectProblem(await forward(bob, theirs, own), 429, 'room.slow_mode');
    expectStatus(await ann.patch(`/rooms/${own.id}`, { slow_mode_s: 0, archived: true }), 200);
    expectProblem(await forward(bob, theirs, own), 403, 'room.archived');
});

test('what a connection sends to a room is numbered in the order sent, forwards among it', async () => {
    const { from, to, message } = await said();
    const socket = await bob.connect();
    const rounds = 40, sent = [];
    for (let round = 0; round < rounds; round++) {
        sent.push(socket.call('message.forward', { room: from.id, seq: message.seq, to: to.id }));
        for (const words of ['one', 'two'])
            sent.push(socket.call('message.send', { room: to.id, nonce: freshNonce(), content: text(words) }));
    }
    const seqs = (await Promise.all(sent)).map((reply) => reply.seq);
    assert.deepEqual(seqs, seqs.map((_, at) => seqs[0] + at));
});
