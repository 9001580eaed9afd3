// Every limit that refuses or cuts, run into once: who does is told so and when to come again, and
// /metrics counts it. A limit added to schema/limits.json without a line here fails the last test.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, expectStatus, http } from '../support/http.mjs';
import { lockedByAnother } from '../support/lock.mjs';
import { hitsOf, metrics } from '../support/metrics.mjs';
import { freshName, freshNonce, PASSWORD, signIn, signUp, signUpMany, text } from '../support/people.mjs';
import { frame, OP, Raw } from '../support/raw.mjs';
import { ROOT, serve, SLOW, within } from '../support/server.mjs';
import { Socket } from '../support/socket.mjs';
import { serveTls } from '../support/tls.mjs';

const listed = JSON.parse(readFileSync(join(ROOT, 'schema/limits.json'), 'utf8')).flatMap(({ limits }) => limits);
const flags = (limits) => Object.entries(limits).flatMap(([name, value]) => ['--limit', `${name}=${value}`]);

/** A server with these limits, for people who are not trusted unless it says so. */
const withLimits = (t, limits, options = {}) =>
    serve(t, { trust: false, ...options, args: ['--workers', '1', ...flags(limits), ...options.args ?? []] });

// ---- ways to be told --------------------------------------------------------------------------

function expectWait(answer, status = 429, code = 'rate.limited') {
    expectProblem(answer, status, code);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
}

/** Asks until it is refused, which must come within `most` times. */
async function untilRefused(ask, most = 20) {
    for (let n = 0; n < most; n++) {
        const answer = await ask(n);
        if (answer.status >= 400)
            return answer;
    }
    assert.fail(`it was not refused within ${most} times`);
}

/** The answer to a connection for which there is no place, and its end. */
async function turnedAway(raw) {
    const answer = await raw.response();
    await raw.end();
    return { ...answer, body: JSON.parse(answer.body) };
}

async function connectMany(t, server, count) {
    const all = await Promise.all(Array.from({ length: count }, () => Raw.connect(server)));
    t.after(() => all.forEach((raw) => raw.destroy()));
    return all;
}

/**
 * Asks for one place more than the three that there are. Which of the four finds none is chance: each
 * of the listening sockets accepts for itself. Returns those who have one.
 */
async function oneTooMany(t, server, status, code) {
    const all = await connectMany(t, server, 4);
    const { raw, answer } = await Promise.any(all.map(async (one) => ({ raw: one, answer: await turnedAway(one) })));
    assert.equal(answer.status, status);
    assert.equal(answer.body.code, code);
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    return all.filter((one) => one !== raw);
}

async function fillAndLeave(t, server, status, code) {
    const all = await oneTooMany(t, server, status, code);
    all.forEach((raw) => raw.destroy());
}

const post = (server, path, body) => http(server, 'POST', `/api/v1${path}`, { body });
const signup = (server) => post(server, '/auth/signup', { username: freshName(), password: PASSWORD });

/** A raw socket of somebody who is signed in. */
async function rawSocket(t, person) {
    const raw = await Raw.connect(person.server);
    t.after(() => raw.destroy());
    await raw.upgrade([`Authorization: Bearer ${person.token}`]);
    await raw.frameOf(OP.TEXT);
    return raw;
}

/** Somebody who hears of a room but does not read; `others` are those who write in it. */
async function deafReader(t, server) {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('loud', [bob]);
    const raw = await rawSocket(t, bob);
    raw.wire.pause();
    const socket = await ann.connect();
    /** Writes until `enough()`; the reader's kernel buffers are some megabytes. */
    const shout = async (enough, words) => {
        for (let n = 0; n < 400 && !await enough(); n++)
            await Promise.all(Array.from({ length: 20 }, () => socket.call('message.send',
                { room: room.id, nonce: freshNonce(), content: text(words) })));
    };
    return { raw, shout };
}

async function cutWith4002(t, limits, name, words) {
    const server = await withLimits(t, limits, { trust: true });
    const { raw, shout } = await deafReader(t, server);
    await shout(async () => await hitsOf(server, name) > 0, words);
    raw.wire.resume();
    assert.equal(await raw.closeCode(), 4002);
    return server;
}

/** A request that takes long to answer, since it does not end: the connection closes by itself. */
async function leftAlone(t, server, bytes) {
    const raw = await Raw.connect(server);
    t.after(() => raw.destroy());
    raw.write(bytes);
    return raw;
}

// ---- every limit that has something past it ---------------------------------------------------

/** Name -> runs into it once on a server of its own, which it returns. */
const provoke = {
    async connections(t) {
        const server = await withLimits(t, { connections: 3 });
        await fillAndLeave(t, server, 503, 'server.busy');
        return server;
    },
    async connections_per_worker(t) {
        const server = await withLimits(t, { connections_per_worker: 3 });
        await fillAndLeave(t, server, 503, 'server.busy');
        return server;
    },
    async connections_per_address(t) {
        const server = await withLimits(t, { connections_per_address: 3 });
        const [first] = await oneTooMany(t, server, 429, 'rate.limited');
        const other = await http(server, 'GET', '/healthz', { localAddress: '127.0.0.2' });
        assert.equal(other.status, 200, 'another address has its own');
        first.destroy();
        return server;
    },
    async connection_burst(t) {
        const server = await withLimits(t, { connection_burst: 3, connection_per_second: 1 });
        let answer;
        for (let n = 0; n < 20 && !answer; n++) {
            const raw = await Raw.connect(server);
            t.after(() => raw.destroy());
            answer = await Promise.race([raw.response().catch(() => undefined), sleep(50)]);
        }
        assert.equal(answer.status, 429);
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
        assert.equal((await http(server, 'GET', '/healthz', { localAddress: '127.0.0.2' })).status, 200);
        await sleep(1100);
        return server;
    },
    async sockets_per_user(t) {
        const server = await withLimits(t, { sockets_per_user: 2 });
        const ann = await signUp(server);
        await ann.connect();
        await ann.connect();
        const third = await Raw.connect(server);
        t.after(() => third.destroy());
        await third.upgrade([`Authorization: Bearer ${ann.token}`]);
        assert.equal(await third.closeCode(), 1013);
        return server;
    },

    async uri_bytes(t) {
        const server = await withLimits(t, { uri_bytes: 256 });
        expectProblem(await http(server, 'GET', `/${'x'.repeat(300)}`), 414, 'uri.too_long');
        return server;
    },
    async http_header_bytes(t) {
        const server = await withLimits(t, { http_header_bytes: 1024 });
        expectProblem(await http(server, 'GET', '/healthz', { headers: { 'x-long': 'x'.repeat(2000) } }),
            431, 'headers.too_large');
        return server;
    },
    async http_headers(t) {
        const server = await withLimits(t, { http_headers: 10 });
        const headers = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`x-${n}`, '1']));
        expectProblem(await http(server, 'GET', '/healthz', { headers }), 431, 'headers.too_large');
        return server;
    },
    async http_body_bytes(t) {
        const server = await withLimits(t, { http_body_bytes: 1024 });
        expectProblem(await post(server, '/auth/signin', { login: 'x'.repeat(2000) }), 413, 'request.too_large');
        return server;
    },
    async http_reading_bytes(t) {
        const server = await withLimits(t, { http_reading_bytes: 1048576, http_body_bytes: 65536 });
        const head = 'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
            + 'Content-Length: 65000\r\n\r\n';
        const halves = await Promise.all(Array.from({ length: 30 }, () => leftAlone(t, server, head + 'x'.repeat(64000))));
        const first = await Promise.any(halves.map((raw) => raw.response()));
        assert.equal(first.status, 503);
        assert.match(first.headers['retry-after'], /^[1-9]\d*$/);
        return server;
    },
    async http_head_s(t) {
        const server = await withLimits(t, { http_head_s: 1 });
        const half = await leftAlone(t, server, 'GET / HTTP/1.1\r\nHost:');
        assert.equal((await half.response()).status, 408);
        const silent = await leftAlone(t, server, '');
        await silent.end();
        return server;
    },
    async http_body_s(t) {
        const server = await withLimits(t, { http_body_s: 1 });
        const half = await leftAlone(t, server,
            'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
        assert.equal((await half.response()).status, 408);
        return server;
    },
    async http_idle_s(t) {
        const server = await withLimits(t, { http_idle_s: 1 });
        const idle = await leftAlone(t, server, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
        assert.equal((await idle.response()).status, 200);
        await idle.end();
        return server;
    },
    async http_write_s(t) {
        const server = await withLimits(t, { http_write_s: 1 });
        const raw = await Raw.connect(server);
        t.after(() => raw.destroy());
        raw.wire.pause();
        const document = 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n';
        await waitUntil(async () => {
            raw.write(document.repeat(20));
            return await hitsOf(server, 'http_write_s') > 0;
        });
        return server;
    },
    async tls_handshake_s(t) {
        const server = await serveTls(t, { trust: false, args: flags({ tls_handshake_s: 1 }) });
        const wire = connect(server.port, '127.0.0.1');
        t.after(() => wire.destroy());
        await within(10_000 * SLOW, 'the end', once(wire.resume(), 'close'));
        return server;
    },

    async frame_bytes(t) {
        const server = await withLimits(t, { frame_bytes: 1024 });
        const raw = await rawSocket(t, await signUp(server));
        raw.write(frame(OP.TEXT, 'x'.repeat(2000)));
        assert.equal(await raw.closeCode(), 1009);
        return server;
    },
    async auth_timeout_s(t) {
        const server = await withLimits(t, { auth_timeout_s: 1 });
        const raw = await Raw.connect(server);
        await raw.upgrade();
        assert.equal(await raw.closeCode(), 4001);
        return server;
    },
    async dead_after_s(t) {
        const server = await withLimits(t, { ping_after_s: 1, dead_after_s: 2 });
        const raw = await rawSocket(t, await signUp(server));
        await raw.frameOf(OP.PING);
        await raw.end();
        return server;
    },
    session_queue_bytes: (t) => cutWith4002(t, { session_queue_bytes: 65536 }, 'session_queue_bytes', 'x'.repeat(16000)),
    session_queue_frames: (t) => cutWith4002(t, { session_queue_frames: 16 }, 'session_queue_frames', 'x'.repeat(1000)),
    queue_total_bytes: (t) => cutWith4002(t, { queue_total_bytes: 1048576, session_queue_bytes: 16777216 },
        'queue_total_bytes', 'x'.repeat(16000)),
    async commands_in_flight(t) {
        const server = await withLimits(t, { commands_in_flight: 2 });
        const ann = await signUp(server);
        const room = await ann.createGroup('many');
        const raw = await rawSocket(t, ann);
        const command = (id) => frame(OP.TEXT, JSON.stringify({ id, type: 'room.history', room: room.id }));
        raw.write(Buffer.concat(Array.from({ length: 20 }, (_, id) => command(id))));
        for (let n = 0; n < 20; n++)
            assert.equal(JSON.parse((await raw.frameOf(OP.TEXT)).text).ok, true);
        return server;
    },

    async room_members(t) {
        const server = await withLimits(t, { room_members: 2 });
        const [ann, bob, cal] = await signUpMany(server, 3);
        const room = await ann.createGroup('pair', [bob]);
        expectProblem(await ann.post(`/rooms/${room.id}/members`, { user_id: cal.id, nonce: freshNonce() }),
            409, 'room.full');
        const socket = await ann.connect();
        assert.equal((await socket.request('member.add', { room: room.id, user_id: cal.id })).error.code, 'room.full');
        const { body: link } = await ann.post(`/rooms/${room.id}/links`, {});
        expectProblem(await cal.post('/links/join', { code: link.code }), 409, 'room.full');
        return server;
    },
    room_queue: (t) => manyAtOnce(t, { room_queue: 16, message_burst: 1000 }, (room) =>
        ['message.send', { room: room.id, nonce: freshNonce(), content: text('x') }]),
    home_queue: (t) => manyAtOnce(t, { home_queue: 16, message_burst: 1000 }, (room) =>
        ['message.send', { room: room.id, nonce: freshNonce(), content: text('x') }]),
    store_queue: (t) => manyAtOnce(t, { store_queue: 16 }, (_, n) => putInFeed(n)),
    async newcomer_delay_ms(t) {
        const server = await withLimits(t, { newcomer_delay_ms: 20 }, { trust: true });
        const ann = await signUp(server);
        const socket = await ann.connect();
        const atTheDoor = await Socket.open(server); // connected, and not signed in yet
        const letGo = await lockedByAnother(t, server.data);
        const slow = socket.call(...putInFeed(0));
        await storeHolds(server, 1);
        await sleep(50); // so long does this job take at the least
        await letGo();
        await slow;

        const letGoAgain = await lockedByAnother(t, server.data);
        const queue = Array.from({ length: 40 }, (_, n) => socket.call(...putInFeed(n)));
        await storeHolds(server, 40);
        const login = { login: ann.user.username, password: PASSWORD };
        const [signedIn, upgraded, authenticated] = await Promise.all([post(server, '/auth/signin', login),
            ann.connect().then(() => assert.fail('it was let in'), ({ status }) => status),
            atTheDoor.request('auth', { token: ann.token }).then(() => atTheDoor.waitClosed())]);
        expectWait(signedIn, 503, 'server.busy');
        assert.equal(upgraded, 503);
        assert.equal(authenticated.code, 1013);
        await letGoAgain();
        await Promise.all(queue); // who was in is served
        await (await signIn(server, ann.user.username)).connect();
        return server;
    },

    async sessions_per_user(t) {
        const server = await withLimits(t, { sessions_per_user: 2 });
        const ann = await signUp(server);
        const socket = await ann.connect();
        await ann.signInAgain();
        await ann.signInAgain();
        assert.equal((await socket.closed).code, 4003, 'the oldest session has ended');
        return server;
    },
    password_queue: (t) => fullPool(t, { password_queue: 1 }),
    password_queue_per_address: (t) => fullPool(t, { password_queue_per_address: 1 }),

    async signup_burst(t) {
        const server = await withLimits(t, { signup_burst: 2, signup_per_hour: 60 });
        expectWait(await untilRefused(() => signup(server)));
        expectStatus(await http(server, 'POST', '/api/v1/auth/signup',
            { body: { username: freshName(), password: PASSWORD }, localAddress: '127.0.0.2' }), 201);
        return server;
    },
    async signin_burst(t) {
        const server = await withLimits(t, { signin_burst: 2, signin_per_minute: 1 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => post(server, '/auth/signin', { login: ann.user.username, password: PASSWORD })));
        await signIn(server, ann.user.username, PASSWORD, { localAddress: '127.0.0.2' });
        return server;
    },
    async signin_failure_burst(t) {
        const server = await withLimits(t, { signin_failure_burst: 2 });
        const ann = await signUp(server);
        const guess = () => post(server, '/auth/signin', { login: ann.user.username, password: 'wrong words' });
        expectProblem(await guess(), 401, 'auth.invalid_credentials');
        expectProblem(await guess(), 401, 'auth.invalid_credentials');
        expectWait(await guess());
        await signIn(server, ann.user.username, PASSWORD, { localAddress: '127.0.0.2' });
        return server;
    },
    async request_burst(t) {
        const server = await withLimits(t, { request_burst: 5, request_per_second: 1 });
        expectWait(await untilRefused(() => http(server, 'GET', '/')));
        expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
        assert.equal((await http(server, 'GET', '/healthz')).status, 200, 'who watches may always ask');
        assert.equal((await http(server, 'GET', '/', { localAddress: '127.0.0.2' })).status, 200);
        return server;
    },
    async command_burst(t) {
        const server = await withLimits(t, { command_burst: 5, command_per_second: 1 });
        const [ann, bob] = await signUpMany(server, 2);
        const socket = await ann.connect();
        const error = await untilError(() => socket.request('ping'));
        assert.equal(error.code, 'rate.limited');
        expectWait(await ann.get('/me'), 429);
        expectStatus(await bob.get('/me'), 200);
        expectWait(await untilRefused(() => bob.get('/rooms')));
        return server;
    },
    async search_burst(t) {
        const server = await withLimits(t, { search_burst: 3, search_per_second: 1 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => ann.get('/search?q=x')));
        return server;
    },
    async search_query_bytes(t) {
        const server = await withLimits(t, { search_query_bytes: 16 });
        const ann = await signUp(server);
        expectStatus(await ann.get(`/search?q=${'x'.repeat(16)}`), 200);
        expectProblem(await ann.get(`/search?q=${'x'.repeat(17)}`), 422, 'field.invalid', 'q');
        return server;
    },
    async search_words(t) {
        const server = await withLimits(t, { search_words: 2 });
        const ann = await signUp(server);
        expectStatus(await ann.get('/search?q=one+two'), 200);
        expectProblem(await ann.get('/search?q=one+two+three'), 422, 'field.invalid', 'q');
        return server;
    },
    async search_ms(t) {
        const server = await withLimits(t, { search_ms: 1, search_burst: 10_000, session_queue_bytes: 16_000_000 }, { trust: true });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        await Promise.all(Array.from({ length: 300 }, (_, n) => socket.call('message.send',
            { room: room.id, nonce: freshNonce(), content: text(`w${n} ${'long text '.repeat(800)}`) })));
        // Late before the first result it is refused, later the page is short and says where to go on.
        for (let cursor = ''; await hitsOf(server, 'search_ms') === 0;) {
            const page = await ann.get(`/search?q=lon&limit=50${cursor && `&cursor=${cursor}`}`);
            expectStatus(page, 200, 422);
            cursor = page.body.next ?? '';
        }
        return server;
    },
    async refusals_in_a_row(t) {
        const server = await withLimits(t, { message_burst: 1, message_per_second: 1, refusals_in_a_row: 4 });
        const [ann, bob] = await signUpMany(server, 2);
        const room = await ann.createGroup('far too fast', [bob]);
        const [raw, other] = [await rawSocket(t, ann), await bob.connect()];
        const command = (id) => frame(OP.TEXT, JSON.stringify({ id, type: 'message.send', room: room.id, nonce: `n${id}`, content: text('x') }));
        const rested = await hitsOf(server, 'refusals_in_a_row');
        const began = performance.now();
        raw.write(Buffer.concat(Array.from({ length: 13 }, (_, id) => command(id))));
        for (let replies = 0; replies < 13;) // every one of them is answered, in the end
            replies += 'reply_to' in JSON.parse((await raw.frameOf(OP.TEXT)).text);
        assert.ok(performance.now() - began >= 190, 'one went through, four and four were refused, and between them it was not read');
        assert.ok(await hitsOf(server, 'refusals_in_a_row') - rested >= 2);
        await other.call('message.send', { room: room.id, nonce: freshNonce(), content: text('nobody else rests') });
        raw.write(Buffer.concat(Array.from({ length: 8 }, (_, id) => command(100 + id))));
        raw.destroy(); // it may go while it rests
        return server;
    },
    async message_burst(t) {
        const server = await withLimits(t, { message_burst: 5, message_per_second: 1 });
        const [ann, bob] = await signUpMany(server, 2);
        const room = await ann.createGroup('fast', [bob]);
        const socket = await ann.connect();
        const send = { room: room.id, content: text('x') };
        const error = await untilError(() => socket.request('message.send', send));
        assert.equal(error.code, 'rate.limited');
        assert.ok(error.retry_after >= 1);
        expectWait(await untilRefused(() => ann.post(`/rooms/${room.id}/messages`, { content: text('x') })));
        await bob.say(room, 'another person has a rate of their own');
        return server;
    },
    async room_burst(t) {
        const server = await withLimits(t, { room_burst: 2, room_per_hour: 60 });
        const ann = await signUp(server);
        expectWait(await untilRefused(() => ann.post('/rooms', { kind: 'group', name: 'one more', members: [] })));
        return server;
    },
    async join_burst(t) {
        const server = await withLimits(t, { join_burst: 4, join_per_hour: 60 });
        const [ann, bob, cal, dan] = await signUpMany(server, 4);
        const room = await ann.createGroup('three', [bob, cal]);
        const add = (owner, one, to) => owner.post(`/rooms/${to.id}/members`, { user_id: one.id, nonce: freshNonce() });
        expectStatus(await add(ann, dan, room), 201);
        const answer = await ann.post('/rooms', { kind: 'group', name: 'four', members: [bob.id] });
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one place comes back a minute');
        const own = await bob.createGroup('of bob');
        expectStatus(await add(bob, ann, own), 201);
        return server;
    },
    async profile_burst(t) {
        const server = await withLimits(t, { profile_burst: 3, profile_per_hour: 60 });
        const [ann, bob] = await signUpMany(server, 2);
        await ann.createGroup('who sees it', [bob]);
        const socket = await bob.connect();
        for (const n of [1, 2, 3])
            expectStatus(await ann.patch('/me', { about: `of myself, ${n}` }), 200);
        const answer = await ann.patch('/me', { display_name: 'Too often' });
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one change comes back a minute');
        expectStatus(await ann.patch('/me', { locale: 'de' }), 200); // which nobody is told of
        expectStatus(await bob.patch('/me', { about: 'another person has a rate of their own' }), 200);
        await socket.until(() => socket.events.filter(({ type }) => type === 'user.updated').length >= 4, 'three of Ann, one of Bob');
        return server;
    },
    async report_burst(t) {
        const server = await withLimits(t, { report_burst: 2, report_per_hour: 60 });
        const [ann, bob, ...others] = await signUpMany(server, 5);
        const report = (who, one) => who.post('/reports', { user_id: one.id, category: 'spam' });
        expectStatus(await report(ann, others[0]), 201);
        expectStatus(await report(ann, others[1]), 201);
        const answer = await report(ann, others[2]);
        expectWait(answer);
        assert.ok(Number(answer.headers['retry-after']) > 30, 'one report comes back a minute');
        await (await ann.connect()).refused('rate.limited', 'report.make', { user_id: others[2].id, category: 'spam' });
        expectStatus(await report(bob, others[2]), 201);
        return server;
    },
    async received_burst_bytes(t) {
        const server = await withLimits(t, { received_burst_bytes: 20000, received_bytes_per_second: 1024 });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        const error = await untilError(() => socket.request('message.send',
            { room: room.id, nonce: freshNonce(), content: text('x'.repeat(9000)) }));
        assert.equal(error.code, 'rate.limited');
        assert.ok(error.retry_after >= 1);
        expectWait(await ann.get('/me'));
        expectStatus(await ann.get('/me', { localAddress: '127.0.0.2' }), 200);
        return server;
    },
    async sent_burst_bytes(t) {
        const server = await withLimits(t, { sent_burst_bytes: 40000, sent_bytes_per_second: 1024 });
        const ann = await signUp(server);
        const room = await ann.createGroup('long');
        const socket = await ann.connect();
        for (let n = 0; n < 3; n++)
            await ann.say(room, 'x'.repeat(9000));
        expectStatus(await ann.get(`/rooms/${room.id}/messages`), 200);
        expectWait(await ann.get(`/rooms/${room.id}/messages`));
        const error = await socket.refused('rate.limited', 'room.history', { room: room.id });
        assert.ok(error.retry_after >= 1);
        await socket.call('message.send', { room: room.id, nonce: freshNonce(), content: text('sending goes on') });
        expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
        return server;
    },
};

const putInFeed = (n) => ['feed.put', { key: `settings:${n}`, value: { n } }];

const storeHolds = (server, jobs) => waitUntil(async () =>
    (await metrics(server)).natternet_store_jobs >= jobs, `that the store has ${jobs} jobs`);

/**
 * Somebody sends more commands than may wait, to a store that cannot write meanwhile; each gets its one
 * answer: those that are too many at once, the others when they are done.
 */
async function manyAtOnce(t, limits, command) {
    const server = await withLimits(t, limits);
    const ann = await signUp(server);
    const room = await ann.createGroup('crowded');
    const socket = await ann.connect();
    const letGo = await lockedByAnother(t, server.data);
    const replies = Array.from({ length: 200 }, (_, n) => socket.request(...command(room, n)));
    await Promise.any(replies.map(async (reply) => assert.equal((await reply).ok, false)));
    await letGo();
    const refused = (await Promise.all(replies)).filter(({ ok }) => !ok);
    assert.ok(refused.length < 200, 'those that could wait are done');
    for (const { error } of refused) {
        assert.equal(error.code, 'server.busy');
        assert.ok(error.retry_after >= 1, JSON.stringify(error));
    }
    return server;
}

async function untilError(ask, most = 20) {
    for (let n = 0; n < most; n++) {
        const { error } = await ask();
        if (error)
            return error;
    }
    assert.fail(`it was not refused within ${most} times`);
}

async function waitUntil(ready, what = 'that it happens') {
    await within(20_000 * SLOW, what, (async () => {
        while (!await ready().catch(() => false))
            await sleep(20);
    })());
}

/** More sign-ins at once than may wait for the one thread that hashes. */
async function fullPool(t, limits) {
    const server = await withLimits(t, { ...limits, password_memory_kib: 131072 }, { cheap: false });
    const answers = await Promise.all(Array.from({ length: 12 }, () =>
        post(server, '/auth/signin', { login: freshName('nobody'), password: PASSWORD })));
    const refused = answers.filter(({ status }) => status === 503);
    assert.ok(refused.length > 0 && refused.length < 12, answers.map(({ status }) => status).join());
    refused.forEach((answer) => expectWait(answer, 503, 'server.busy'));
    return server;
}

/** Limits that nobody runs into: sizes and times of what is done, and those judged as fields. */
const notRunInto = {
    'what is left of it is asked for again, see the tests of deletions': ['deletions'],
    'how much is done at a time': ['presence_batch', 'accept_batch', 'tls_handshake_batch', 'store_batch'],
    'times of our own acts': ['presence_coalesce_ms', 'presence_leave_ms', 'hsts_s', 'drain_s', 'resync_s', 'peer_silent_s', 'ping_after_s', 'close_timeout_s', 'access_token_s', 'signing_key_s', 'refresh_grace_s',
        'session_idle_s', 'search_gather_ms', 'acme_retry_s', 'acme_retry_most_s'],
    'the long run of a rate, hit by its burst': ['connection_per_second', 'signup_per_hour', 'signin_per_minute',
        'signin_failures_per_hour', 'request_per_second', 'command_per_second', 'message_per_second', 'room_per_hour',
        'join_per_hour', 'profile_per_hour', 'report_per_hour', 'search_per_second', 'received_bytes_per_second', 'sent_bytes_per_second'],
    'judged as fields (422), see messages, rooms, history, sync, search and signup tests': ['message_text_bytes', 'nonce_chars',
        'room_name_bytes', 'room_topic_bytes', 'slow_mode_s', 'mute_s', 'ban_s', 'reason_bytes', 'request_bytes', 'report_text_bytes', 'room_first_members', 'history_default', 'history_limit', 'sync_default', 'sync_limit',
        'page_default', 'page_limit', 'search_default', 'search_limit', 'user_ids', 'message_mentions', 'poll_options', 'poll_option_bytes', 'poll_question_bytes', 'poll_open_s', 'presence_watch', 'status_text_bytes', 'username_min', 'username_max', 'password_min', 'password_max',
        'display_name_bytes', 'about_bytes', 'pronouns_bytes', 'email_bytes', 'locale_bytes', 'invite_uses', 'invite_s'],
    'judged by what is there (422, 409), see the tests of errors, marks, reports and the feed': ['reports_open', 'feed_entries', 'feed_value_bytes', 'scheduled_messages', 'schedule_ahead_s', 'scheduled_kept_s',
        'message_reactions', 'room_pins', 'room_links', 'room_requests', 'request_again_s'],
    'how long something may be done or is kept, see the tests of editing': ['message_edit_s', 'message_delete_s', 'edit_history_s'],
    'the rest follows, or is left away': ['sync_new_room', 'sync_reply_bytes', 'room_view_members', 'user_agent_bytes',
        'presence_push_members', 'delivered_members', 'presence_rooms', 'typing_members', 'deflate_min_bytes', 'search_best_of', 'search_prefix_terms'],
    'run into by memory.test.mjs, which sanitizers cannot': ['memory_mib'],
    'memory that is used again': ['rooms_in_memory', 'rate_entries', 'tokens_known', 'store_cache_kib', 'store_reader_cache_kib', 'search_cache_kib'],
    'what is spent on one thing': ['password_threads', 'password_memory_kib', 'password_passes', 'store_readers'],
};

for (const { name } of listed.filter(({ name, past }) => past && name !== 'memory_mib'))
    test(`${name}: who runs into it is told, and it is counted`, async (t) => {
        assert.ok(name in provoke, `${name} has something past it, so somebody has to run into it here`);
        const server = await provoke[name](t);
        await waitUntil(async () => await hitsOf(server, name) > 0, 'that /metrics counts it');
    });

test('no limit of the schema is forgotten', () => {
    const covered = new Set([...Object.keys(provoke), ...Object.values(notRunInto).flat()]);
    const names = listed.map(({ name }) => name);
    assert.deepEqual(names.filter((name) => !covered.has(name)), []);
    assert.deepEqual([...covered].filter((name) => !names.includes(name)), [], 'limits that are no more');
});

test('/metrics shows every limit as it was set', async (t) => {
    const server = await withLimits(t, { message_burst: 77 });
    const all = await metrics(server);
    for (const { name, default: initial } of listed)
        assert.equal(typeof all[`natternet_limit{name="${name}"}`], 'number', `${name}, by default ${initial}`);
    assert.equal(all['natternet_limit{name="message_burst"}'], 77);
});

test('whom --trust names has no rates, and the others have', async (t) => {
    const rates = { search_burst: 1, signup_burst: 1, signin_burst: 1, request_burst: 1, command_burst: 1, message_burst: 1, room_burst: 1,
        join_burst: 1, profile_burst: 1, connection_burst: 1, received_burst_bytes: 1024, sent_burst_bytes: 1024, signin_failure_burst: 1,
        connection_per_second: 1, request_per_second: 1 };
    const server = await withLimits(t, rates, { args: ['--trust', '127.0.0.1/32'] });
    const ann = await signUp(server);
    const room = await ann.createGroup('free');
    const socket = await ann.connect();
    for (let n = 0; n < 10; n++) {
        await ann.signInAgain();
        await ann.say(room, 'x'.repeat(2000));
        await socket.call('room.history', { room: room.id });
        await ann.createGroup(`room ${n}`);
        expectProblem(await post(server, '/auth/signin', { login: ann.user.username, password: 'wrong words' }), 401,
            'auth.invalid_credentials');
    }
    const hits = Object.entries(await metrics(server)).filter(([name, count]) => name.includes('hits_total') && count);
    assert.deepEqual(hits, []);
    expectStatus(await http(server, 'GET', '/api/v1/openapi.json', { localAddress: '127.0.0.2' }), 200);
    await assert.rejects(Socket.open(server, { token: ann.token, localAddress: '127.0.0.2' }));
});

test('IPv6 counts by /64', async (t) => {
    let server;
    try {
        server = await withLimits(t, { request_burst: 3, request_per_second: 1 }, { listen: '[::1]:0' });
    } catch (error) {
        return t.skip(`no IPv6 here: ${error.message.split('\n')[0]}`);
    }
    expectWait(await untilRefused(() => http(server, 'GET', '/api/v1/openapi.json')));
    return undefined;
});
