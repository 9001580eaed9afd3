// The rules of the socket: signing in, replies, limits, close codes. The bytes below are
// framing.test.mjs.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectStatus } from '../support/http.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { serve, within } from '../support/server.mjs';
import { Socket } from '../support/socket.mjs';

const server = await serve({ after });

test('the first frame signs in; then connection.connected says who and what', async () => {
    const ann = await signUp(server);
    const socket = await Socket.open(server);
    const reply = await socket.call('auth', { token: ann.token });
    assert.deepEqual([reply.reply_to, reply.ok], [1, true]);
    const hello = await socket.next('connection.connected');
    assert.equal(hello.user.id, ann.id);
    assert.equal(typeof hello.session, 'string');
    assert.equal(hello.limits.message_bytes, 16384);
    assert.equal(hello.limits.frame_bytes, 65536);
    assert.equal(hello.server.name, 'NatterNet');
});

test('what comes in one breath with the sign-in is answered behind connection.connected', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('in one breath');
    for (let round = 0; round < 5; round++) {
        const socket = await Socket.open(server);
        const order = [];
        const all = new Promise((done) => socket.wire.on('message', (bytes) => {
            const frame = JSON.parse(bytes.toString());
            order.push(frame.type ?? frame.reply_to);
            if (['sync', 'ping', 'send', 'message.created'].every((one) => order.includes(one)))
                done();
        }));
        socket.wire._socket.cork(); // all in one segment
        socket.sendRaw(JSON.stringify({ id: 'auth', type: 'auth', token: ann.token }));
        socket.sendRaw('{"id":"sync","type":"sync"}');
        socket.sendRaw('{"id":"ping","type":"ping"}');
        socket.sendRaw(JSON.stringify({ id: 'send', type: 'message.send', room: room.id, nonce: freshNonce(), content: text('x') }));
        socket.wire._socket.uncork();
        await within(10_000, 'all of it', all);
        // Only from there on it hears of everything: a sync that was answered before would miss what came between.
        assert.deepEqual(order.slice(0, 2), ['auth', 'connection.connected'], order.join());
    }
});

test('a header at the upgrade signs in too; a bad one is 401 there', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect({ by: 'header' });
    assert.equal(socket.hello.user.id, ann.id);
    await assert.rejects(Socket.open(server, { headers: { authorization: 'Bearer nonsense' } }), /401/);
    await assert.rejects(Socket.open(server, { headers: { authorization: 'Basic YTpi' } }), /401/);
});

test('a bad token in the frame: an error reply and 4001', async () => {
    const socket = await Socket.open(server);
    await socket.refused('auth.invalid_token', 'auth', { token: 'nonsense' });
    assert.equal((await socket.waitClosed()).code, 4001);
});

test('a token in the URL signs nobody in', async () => {
    const ann = await signUp(server);
    const socket = await Socket.open({ url: server.url }, {});
    await socket.refused('auth.required', 'ping', { token: ann.token });
});

test('commands before the sign-in are refused, and the connection stays', async () => {
    const ann = await signUp(server);
    const room = await ann.createGroup('waiting');
    const socket = await Socket.open(server);
    await socket.refused('auth.required', 'ping');
    await socket.refused('auth.required', 'message.send', { room: room.id, nonce: freshNonce(), content: text('x') });
    await socket.refused('auth.required', 'sync');
    await socket.refused('auth.required', 'no.such.command');
    await socket.call('auth', { token: ann.token });
    await socket.call('ping');
});

test('whoever does not sign in is closed with 4001 when the time is up', async (t) => {
    const hasty = await serve(t, { args: ['--limit', 'auth_timeout_s=1'] });
    const ann = await signUp(hasty);
    const silent = await Socket.open(hasty);
    const chatty = await Socket.open(hasty);
    const signed = await ann.connect();
    await chatty.refused('auth.required', 'ping');
    assert.equal((await silent.waitClosed()).code, 4001);
    assert.equal((await chatty.waitClosed()).code, 4001);
    await signed.call('ping');
});

test('every reply names its command, a number or a string, in any order of asking', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    for (const id of ['"abc"', '0', '-5', '1.5', '9007199254740991', '""', '"ключ"', '"a\\"b"']) {
        socket.sendRaw(`{"id":${id},"type":"ping"}`);
        const reply = await socket.nextStray();
        assert.deepEqual([reply.reply_to, reply.ok], [JSON.parse(id), true]);
    }
    const replies = await Promise.all(Array.from({ length: 100 }, () => socket.call('ping')));
    assert.equal(new Set(replies.map((reply) => reply.reply_to)).size, 100);
});

test('what is not JSON, or has no id, gets reply_to null, and the connection stays', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    const cases = [['not json', 'json.malformed'], ['{"id":1', 'json.malformed'], ['', 'json.malformed'],
        ['[1,2]', null], ['"text"', null], ['null', null], ['{"type":"ping"}', null], ['{}', null],
        ['{"id":{},"type":"ping"}', 'field.invalid'], ['{"id":null,"type":"ping"}', null],
        ['{"id":1,"type":"ping"} x', 'json.malformed']];
    for (const [frame, code] of cases) {
        socket.sendRaw(frame);
        const reply = await socket.nextStray();
        assert.deepEqual([reply.reply_to, reply.ok], [null, false], frame);
        if (code)
            assert.equal(reply.error.code, code, frame);
    }
    await socket.refused('command.unknown', 'no.such.command');
    socket.sendRaw('{"id":"typeless"}');
    assert.equal((await socket.nextStray()).error.code, 'field.missing');
    socket.sendRaw('{"id":"odd","type":5}');
    assert.equal((await socket.nextStray()).error.code, 'field.invalid');
    await socket.call('ping');
});

test('deeply nested JSON hurts nobody', async () => {
    const ann = await signUp(server);
    const socket = await ann.connect();
    socket.sendRaw('['.repeat(60000));
    assert.equal((await socket.nextStray()).ok, false);
    socket.sendRaw(`{"id":"deep","type":"ping","x":${'['.repeat(30000)}${']'.repeat(30000)}}`);
    await socket.nextStray();
    await socket.call('ping');
});

test('binary frames are closed with 1003, too large ones with 1009', async () => {
    const ann = await signUp(server);
    const binary = await ann.connect();
    binary.wire.send(Buffer.from('{"id":1,"type":"ping"}'));
    assert.equal((await binary.waitClosed()).code, 1003);
    const large = await ann.connect();
    large.sendRaw(`{"id":1,"type":"ping","pad":"${'x'.repeat(65536 - 31)}"}`);
    await large.nextStray();
    large.sendRaw(`{"id":1,"type":"ping","pad":"${'x'.repeat(65536)}"}`);
    assert.equal((await large.waitClosed()).code, 1009);
});

test('natternet.v1 is answered if it was offered; without an offer, none', async () => {
    const ann = await signUp(server);
    assert.equal((await ann.connect()).wire.protocol, 'natternet.v1');
    assert.equal((await ann.connect({ protocol: null })).wire.protocol, '');
    const many = await ann.connect({ protocol: ['other.v9', 'natternet.v1'] });
    assert.equal(many.wire.protocol, 'natternet.v1');
});

test('a browser from another origin is refused, from its own or an allowed one welcome', async (t) => {
    const open = await serve(t, { args: ['--allow-origin', 'https://chat.example.org'] });
    const ann = await signUp(open);
    for (const origin of ['http://evil.example', 'https://chat.example.org.evil.example', 'null', `${open.url}.evil.example`,
        open.url.replace('http', 'https'), 'https://chat.example.org:8443'])
        await assert.rejects(ann.connect({ headers: { origin } }), /403/, origin);
    for (const origin of [open.url, 'https://chat.example.org'])
        await (await ann.connect({ headers: { origin } })).call('ping');
});

test('a dead peer is pinged, then given up', async (t) => {
    const quick = await serve(t, { args: ['--limit', 'ping_after_s=1', '--limit', 'dead_after_s=3'] });
    const ann = await signUp(quick);
    const alive = await ann.connect();
    const dead = await ann.connect({ autoPong: false });
    let pings = 0;
    alive.wire.on('ping', () => { pings++; });
    await dead.waitClosed(15_000);
    assert.ok(pings >= 1);
    await alive.call('ping');
});

test('a person may have so many sockets and no more', async (t) => {
    const tight = await serve(t, { args: ['--limit', 'sockets_per_user=2'] });
    const ann = await signUp(tight);
    const first = await ann.connect();
    await ann.connect();
    for (let n = 0; n < 5; n++)
        await assert.rejects(ann.connect().then((third) => third.call('ping')), /1013/);
    await first.call('ping');
    await first.close();
    // Its place is free when the server has seen the end of it too: 1013 says "try later".
    const again = async () => ann.connect().then((one) => one.call('ping')).catch((error) => {
        assert.match(error.message, /1013/);
        return again();
    });
    await within(10_000, 'a place', again());
});

test('a thousand commands in one go are each answered once', async () => {
    const [ann] = await signUpMany(server, 1);
    const room = await ann.createGroup('burst');
    const socket = await ann.connect();
    const replies = await Promise.all(Array.from({ length: 1000 }, (_, n) => n % 2
        ? socket.call('ping')
        : socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`${n}`) })));
    assert.equal(replies.length, 1000);
    await socket.settle();
    assert.equal(socket.strays.length, 0);
    assert.equal(expectStatus(await ann.get(`/rooms/${room.id}`), 200).last_seq, 502);
});
