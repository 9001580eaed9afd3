// Sending: what is taken, what is refused, and that one nonce makes one message.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectProblem, expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve } from '../support/server.mjs';

const server = await serve({ after }, { args: ['--workers', '3'] });
const send = (who, room, body) => who.post(`/rooms/${room.id}/messages`, body);

test('a message is what was sent, with seq, id and time', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('talk', [bob]);
    const nonce = freshNonce();
    const message = expectStatus(await send(ann, room, { nonce, content: text('hi') }), 201);
    assert.deepEqual([message.room, message.seq, message.sender, message.nonce], [room.id, 4, ann.id, nonce]);
    assert.deepEqual(message.content, text('hi'));
    assert.ok(message.id.length <= 36);
    assert.match(message.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const page = expectStatus(await bob.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages, [message]);
});

test('text survives exactly: emoji, right-to-left, escapes, NUL, controls, every plane', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('exact');
    const socket = await ann.connect();
    const samples = ['👩‍👩‍👧‍👦 семья', 'שלום עולם', '"quotes" \\ and / and \b\f\n\r\t', 'a\u0000b',
        '\u001f\u007f\u2028\u2029', '\u{10ffff}\u{10000}', '<script>alert(1)</script>', ' leading and trailing ', '𝒳'.repeat(100)];
    for (const words of samples) {
        await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(words) });
        assert.equal((await socket.next('message.created')).message.content.text, words);
    }
    const page = expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
    assert.deepEqual(page.messages.map((message) => message.content.text), samples);
});

test('a text is at most 16,384 bytes of UTF-8', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('sizes');
    const socket = await ann.connect();
    for (const words of ['x'.repeat(16384), 'ä'.repeat(8192)])
        expectStatus(await send(ann, room, { nonce: freshNonce(), content: text(words) }), 201);
    for (const words of ['x'.repeat(16385), 'ä'.repeat(8192) + 'x']) {
        const answer = await send(ann, room, { nonce: freshNonce(), content: text(words) });
        assert.ok([413, 422].includes(answer.status), String(answer.status));
        const reply = await socket.request('message.send', { room: room.id, nonce: freshNonce(), content: text(words) });
        assert.equal(reply.ok, false);
        assert.equal(reply.error.code, answer.body.code);
    }
    const escaped = `"${'\\u0041'.repeat(9000)}"`;
    socket.sendRaw(`{"id":"esc","type":"message.send","room":"${room.id}","nonce":"${freshNonce()}",`
        + `"content":{"type":"text","text":${escaped}}}`);
    assert.equal((await socket.nextStray()).ok, true, 'the limit counts the text, not its escapes');
});

test('what content cannot be, on both roads alike', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('strict');
    const socket = await ann.connect();
    const cases = [
        [{}, 'field.missing'], [{ content: null }, 'field.invalid'], [{ content: 'hi' }, 'field.invalid'],
        [{ content: {} }, 'field.missing'], [{ content: { type: 'text' } }, 'field.missing'],
        [{ content: { type: 'text', text: 7 } }, 'field.invalid'], [{ content: text('') }, 'field.invalid'],
        [{ content: { type: 'hologram', text: 'x' } }, 'content.unknown_type'],
        [{ content: { type: 'encrypted' } }, 'content.unknown_type'], [{ content: { type: 3 } }, 'field.invalid'],
        [{ content: text('x'), nonce: '' }, 'field.invalid'], [{ content: text('x'), nonce: 'ä' }, 'field.invalid'],
        [{ content: text('x'), nonce: 'x'.repeat(65) }, 'field.invalid'], [{ content: text('x'), nonce: 5 }, 'field.invalid'],
        [{ content: text('x'), nonce: null }, 'field.invalid'],
    ];
    for (const [body, code] of cases) {
        const full = { nonce: freshNonce(), ...body };
        expectProblem(await send(ann, room, full), 422, code);
        await socket.refused(code, 'message.send', { room: room.id, ...full });
    }
    for (const id of ['', 'nope', '00000000000', 'zzzzzzzzzzz', 'x'.repeat(300)])
        await socket.refused('room.not_found', 'message.send', { room: id, nonce: freshNonce(), content: text('x') })
            .catch(async () => socket.refused('field.invalid', 'message.send', { room: id, nonce: freshNonce(), content: text('x') }));
    await socket.refused('field.missing', 'message.send', { nonce: freshNonce(), content: text('x') });
    await socket.refused('field.invalid', 'message.send', { room: 7, nonce: freshNonce(), content: text('x') });
    assert.equal((await ann.room(room)).last_seq, 2, 'a refusal leaves nothing');
});

test('a nonce that is stored is answered with its message, also where what comes with it would be refused', async () => {
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('stored');
    const socket = await ann.connect();
    const nonce = freshNonce();
    const first = expectStatus(await send(ann, room, { nonce, content: text('hello') }), 201);
    for (const content of [{ type: 'hologram' }, text('x'.repeat(16385)), 'hi', undefined]) {
        assert.deepEqual(expectStatus(await send(ann, room, { nonce, content }), 200), first);
        const reply = await socket.call('message.send', { room: room.id, nonce, content });
        assert.deepEqual([reply.seq, reply.duplicate], [first.seq, true]);
    }
    expectProblem(await send(ann, room, { nonce, content: text('hello'), reply_to: 'x' }), 422, 'field.invalid', 'reply_to');
    expectProblem(await send(ann, room, { nonce: freshNonce(), content: { type: 'hologram' } }), 422, 'content.unknown_type', 'content.type');
    assert.equal((await ann.room(room)).last_seq, first.seq, 'nothing more was stored');
});

test('nonces of every allowed kind, up to 64 characters', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('nonces');
    for (const nonce of ['x', '0', 'A_b.c:d-e', 'z'.repeat(64), '0198d3f0-5a7e-7c11-9a3b-2f6f8a1c0d55',
        '0198D3F0-5A7E-7C11-9A3B-2F6F8A1C0D55', '-'.repeat(36)]) {
        const first = expectStatus(await send(ann, room, { nonce, content: text(nonce) }), 201);
        assert.equal(first.nonce, nonce);
        assert.deepEqual(expectStatus(await send(ann, room, { nonce, content: text('other words') }), 200), first);
    }
    const made = expectStatus(await send(ann, room, { content: text('none') }), 201);
    assert.match(made.nonce, /^[A-Za-z0-9_.:-]{1,64}$/);
});

test('one nonce from two sockets and from REST at once makes one message', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('race', [bob]);
    const watcher = await bob.connect();
    const sockets = [await ann.connect(), await (await ann.signInAgain()).connect()];
    for (let round = 0; round < 20; round++) {
        const nonce = freshNonce();
        const fields = { room: room.id, nonce, content: text(`round ${round}`) };
        const replies = await Promise.all([
            ...sockets.map((socket) => socket.call('message.send', fields)),
            ...Array.from({ length: 2 }, () => send(ann, room, fields)),
        ]);
        const seqs = replies.map((reply) => reply.seq ?? expectStatus(reply, 200, 201).seq);
        assert.equal(new Set(seqs).size, 1);
        const fresh = replies.filter((reply) => reply.duplicate === false || reply.status === 201);
        assert.equal(fresh.length, 1, 'exactly one was told that it is new');
        const event = await watcher.next('message.created');
        assert.deepEqual([event.seq, event.message.nonce], [seqs[0], nonce]);
    }
    await watcher.settle();
    assert.ok(!watcher.events.some((event) => event.type === 'message.created'), 'no second copy');
});

test('nonces belong to a sender and a room', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const rooms = [await ann.createGroup('one', [bob]), await ann.createGroup('two', [bob])];
    const nonce = freshNonce();
    const ids = [];
    for (const room of rooms)
        for (const who of [ann, bob])
            ids.push(expectStatus(await send(who, room, { nonce, content: text('x') }), 201).id);
    assert.equal(new Set(ids).size, 4);
});

test('what one connection sends to one room is numbered in the order sent', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('ordered');
    const socket = await ann.connect();
    const replies = await Promise.all(Array.from({ length: 500 }, (_, n) =>
        socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`${n}`) })));
    replies.forEach((reply, at) => assert.equal(reply.seq, at + 3));
    const events = await ann.events(room);
    for (let at = 1; at < events.length; at++)
        assert.ok(events[at].created_at >= events[at - 1].created_at, 'time never goes back');
});

test('messages carry count, and unread is a subtraction of counts', async () => {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('counted', [bob]);
    for (const words of ['one', 'two', 'three'])
        await ann.say(room, words);
    const events = await bob.events(room);
    assert.deepEqual(events.map((event) => event.count), [0, 0, 0, 1, 2, 3]);
    const seen = await bob.room(room);
    assert.equal(seen.unread, 3);
    assert.equal(seen.last_count - seen.read_count, 3);
    assert.equal((await ann.room(room)).unread, 0, 'sending moves one\'s own marker');
});
