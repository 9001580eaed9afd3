// What goes wrong around the server: sockets that stall, trickle and reset at every point, and a
// system that has no more files. Somebody is connected all the while and must not notice.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expectStatus, http } from '../support/http.mjs';
import { hitsOf, metrics } from '../support/metrics.mjs';
import { freshNonce, signUp, signUpMany, text } from '../support/people.mjs';
import { frame, OP, Raw } from '../support/raw.mjs';
import { serve, SLOW, within } from '../support/server.mjs';
import { serveTls } from '../support/tls.mjs';

const command = promisify(execFile);
const TIMES = ['tls_handshake_s=1', 'http_head_s=1', 'http_body_s=1', 'http_idle_s=1', 'http_write_s=1', 'auth_timeout_s=1',
    'ping_after_s=1', 'dead_after_s=2', 'close_timeout_s=1'].flatMap((limit) => ['--limit', limit]);

async function waitUntil(ready, what) {
    await within(30_000 * SLOW, what, (async () => {
        while (!await ready())
            await sleep(20);
    })());
}

/** Somebody who writes to somebody else for as long as the test lasts; every word must arrive. */
async function conversation(t, server) {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('undisturbed', [bob]);
    const [from, to] = [await ann.connect(), await bob.connect()];
    const talk = { room, words: 0 };
    let over = false;
    const talking = (async () => {
        while (!over) {
            await from.call('message.send', { room: room.id, nonce: freshNonce(), content: text(`word ${talk.words}`) });
            await to.next('message.created');
            talk.words++;
            await sleep(5);
        }
    })();
    talking.catch(() => {});
    t.after(() => { over = true; });
    talk.end = async () => {
        over = true;
        await talking;
        const { last_seq: last } = await ann.room(room);
        assert.equal(last, 3 + talk.words, 'what was acknowledged is there, once');
    };
    return talk;
}

// ---- sockets ----------------------------------------------------------------------------------

/** The bytes of a TLS ClientHello, as openssl sends it. */
async function clientHello() {
    const { createServer } = await import('node:net');
    const { connect: byTls } = await import('node:tls');
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = byTls({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false });
    client.on('error', () => {});
    const [wire] = await once(server, 'connection');
    const [hello] = await once(wire, 'data');
    client.destroy();
    wire.destroy();
    server.close();
    return hello;
}

const HEAD = 'POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    + 'Content-Length: 400\r\n\r\n';
const MANY = 'GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200);

/** Where a socket can stop: what it has said by then, and what it would say next. */
const points = {
    'the TLS hello': { tls: true, said: Buffer.alloc(0), next: await clientHello() },
    'the middle of the TLS hello': { tls: true, said: (await clientHello()).subarray(0, 60), next: (await clientHello()).subarray(60) },
    'silence': { said: Buffer.alloc(0), next: Buffer.from(HEAD) },
    'the request line': { said: Buffer.from('GET /heal'), next: Buffer.from('x'.repeat(2000)) },
    'the head': { said: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '), next: Buffer.from('x'.repeat(2000)) },
    'the body': { said: Buffer.from(HEAD), next: Buffer.from(`{"login":"${'x'.repeat(300)}`) },
    'a chunk': { said: Buffer.from('POST /api/v1/auth/signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n'),
        next: Buffer.from('x'.repeat(400)) },
    'between requests': { said: Buffer.from('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'), next: Buffer.from('x'.repeat(2000)) },
    'an answer that it does not read': { deaf: true, said: Buffer.from(MANY), next: Buffer.from(MANY) },
    'a WebSocket without a sign-in': { ws: true, said: Buffer.alloc(0), next: frame(OP.TEXT, 'x'.repeat(2000)) },
    'a frame': { ws: true, token: true, said: frame(OP.TEXT, 'x'.repeat(2000)).subarray(0, 3), next: Buffer.alloc(0) },
    'a message in fragments': { ws: true, token: true, said: frame(OP.TEXT, '{"id":1,', { fin: false }), next: Buffer.alloc(0) },
    'a close frame': { ws: true, token: true, said: frame(OP.CLOSE, Buffer.from([3, 232])), next: Buffer.alloc(0) },
};

/** A socket that has come as far as this point. */
async function openTo(point, server, person) {
    const raw = point.ws ? await Raw.connect(server) : new Raw(connect(server.port, '127.0.0.1'));
    if (!point.ws)
        await once(raw.wire, 'connect');
    if (point.ws)
        await raw.upgrade(point.token ? [`Authorization: Bearer ${person.token}`] : []);
    if (point.deaf)
        raw.wire.pause();
    raw.write(point.said);
    return raw;
}

/** What it does from there on; the server has to be rid of it. */
const ways = {
    stalls: async () => {},
    trickles: async (raw, point) => {
        for (let at = 0; at < point.next.length && !raw.ended && !raw.wire.destroyed; at++) {
            raw.wire.write(point.next.subarray(at, at + 1));
            await sleep(50);
        }
    },
    resets: async (raw) => { raw.wire.resetAndDestroy(); },
};

const plain = await serve({ after }, { args: ['--workers', '1', ...TIMES] });
const secure = await serveTls({ after }, { args: ['--workers', '1', ...TIMES] });
const stranger = { plain: await signUp(plain), secure: await signUp(secure) };
const openNow = async (server) => (await metrics(server)).natternet_connections;

for (const [way, act] of Object.entries(ways))
    test(`a socket that ${way} is ended at every point, and who is connected notices nothing`, async (t) => {
        const talks = [await conversation(t, plain), await conversation(t, secure)];
        const before = [await openNow(plain), await openNow(secure)];
        const sockets = await Promise.all(Object.values(points).map(async (point) => {
            const server = point.tls ? secure : plain;
            const raw = await openTo(point, server, stranger.plain);
            t.after(() => raw.destroy());
            raw.wire.on('error', () => {});
            act(raw, point).catch(() => {});
            return raw;
        }));
        await waitUntil(async () => await openNow(plain) <= before[0], 'that all are gone');
        await waitUntil(async () => await openNow(secure) <= before[1], 'that all are gone by TLS');
        assert.equal(sockets.length, Object.keys(points).length);
        for (const talk of talks)
            await talk.end();
    });

test('sockets that reset in heaps leave nothing behind', async (t) => {
    const talk = await conversation(t, plain);
    const before = await openNow(plain);
    const files = () => readdirSync(`/proc/${plain.child.pid}/fd`).length;
    const had = files();
    for (let round = 0; round < 20; round++)
        await Promise.all(Array.from({ length: 20 }, async (_, n) => {
            const names = Object.keys(points).filter((name) => !points[name].tls);
            const raw = await openTo(points[names[(round + n) % names.length]], plain, stranger.plain);
            raw.wire.on('error', () => {});
            raw.wire.resetAndDestroy();
        }));
    await waitUntil(async () => await openNow(plain) <= before, 'that all are gone');
    assert.ok(files() <= had, 'no file is left open');
    await talk.end();
});

test('garbage at every door is refused, and nothing else happens', async (t) => {
    const talk = await conversation(t, secure);
    for (const server of [plain, secure])
        await Promise.all(Array.from({ length: 30 }, async () => {
            const wire = connect(server.port, '127.0.0.1');
            wire.on('error', () => {});
            wire.end(randomBytes(500));
            await within(20_000 * SLOW, 'the end', once(wire.resume(), 'close'));
        }));
    await talk.end();
});

// ---- files ------------------------------------------------------------------------------------

test('with few files the server keeps some for itself: who comes too many is told so', async (t) => {
    const server = await serve(t, { args: ['--workers', '1'], wrap: ['prlimit', '--nofile=128:128'] });
    const lowered = (await metrics(server))['natternet_limit{name="connections"}'];
    assert.ok(lowered > 20 && lowered < 100, `${lowered} connections`);
    assert.match(server.log, /limit\.lowered/);
    const talk = await conversation(t, server);
    const all = await Promise.all(Array.from({ length: 150 }, () => Raw.connect(server)));
    t.after(() => all.forEach((raw) => raw.destroy()));
    const refused = await Promise.all(all.map((raw) => Promise.race([raw.response(), sleep(2000)]).catch(() => undefined)));
    const told = refused.filter((answer) => answer?.status === 503);
    assert.ok(told.length > 0, 'somebody was told');
    told.forEach((answer) => assert.match(answer.headers['retry-after'], /^[1-9]/));
    await signUp(server).then(() => assert.fail('there was a place left'), () => {});
    all.forEach((raw) => raw.destroy());
    await waitUntil(async () => (await http(server, 'GET', '/healthz').catch(() => ({}))).status === 200, 'a place');
    await signUp(server);
    assert.ok(await hitsOf(server, 'connections') > 0);
    await talk.end();
    assert.doesNotMatch(server.log, /accept\.paused/, 'it never ran out');
});

test('when the system has no more files accepting pauses and goes on, is logged once, and no loop spins', async (t) => {
    const server = await serve(t, { args: ['--workers', '1'] });
    const pid = server.child.pid;
    const ann = await signUp(server);
    const talk = await conversation(t, server);
    const watch = await ann.connect();
    const limitFiles = (soft) => command('prlimit', [`--pid=${pid}`, `--nofile=${soft}:`]);
    const now = readdirSync(`/proc/${pid}/fd`).length;
    const { stdout } = await command('prlimit', [`--pid=${pid}`, '--nofile', '--output=SOFT', '--noheadings']);
    let scarceMs = 0;
    for (let round = 0; round < 2; round++) {
        const began = performance.now();
        await limitFiles(now + 4);
        const all = Array.from({ length: 30 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
        t.after(() => all.forEach((wire) => wire.destroy()));
        await waitUntil(() => server.log.match(/accept\.paused/g)?.length > round, 'the log says so');
        const words = talk.words;
        const rest = 2000;
        await sleep(rest);
        for (let n = 0; n < 10; n++)
            await watch.call('ping');
        assert.ok(talk.words > words, 'those who are connected go on');
        assert.equal(server.log.match(/accept\.paused/g).length, round + 1, 'once, however long it lasts');
        await limitFiles(stdout.trim());
        const served = await Promise.all(Array.from({ length: 5 }, () => http(server, 'GET', '/healthz')));
        served.forEach((answer) => expectStatus(answer, 200));
        all.forEach((wire) => wire.destroy());
        await waitUntil(() => server.log.match(/accept\.resumed/g)?.length > round, 'that it is over');
        scarceMs += performance.now() - began;
    }
    const { natternet_accept_pauses_total: pauses } = await metrics(server);
    assert.ok(pauses >= 2);
    // Each of the eight listening sockets looks again after 100 ms.
    assert.ok(pauses <= 8 * (scarceMs / 100 + 2), `${pauses} pauses in ${scarceMs} ms`);
    await talk.end();
});

test('a pause of accepting costs a few turns of the loop, not all its time', async (t) => {
    const server = await serve(t, { args: ['--workers', '1'] });
    const pid = server.child.pid;
    const limitFiles = (soft) => command('prlimit', [`--pid=${pid}`, `--nofile=${soft}:`]);
    const { stdout } = await command('prlimit', [`--pid=${pid}`, '--nofile', '--output=SOFT', '--noheadings']);
    const turns = async () => (await metrics(server)).natternet_loop_turns_total;
    const began = await turns();
    await limitFiles(readdirSync(`/proc/${pid}/fd`).length);
    const wires = Array.from({ length: 30 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
    t.after(() => wires.forEach((wire) => wire.destroy()));
    await waitUntil(() => /accept\.paused/.test(server.log), 'the log says so');
    await sleep(3000);
    wires.forEach((wire) => wire.destroy());
    await limitFiles(stdout.trim());
    const spent = await turns() - began;
    assert.ok(spent < 1000, `${spent} turns; a loop that spins makes a hundred thousand a second`);
});
