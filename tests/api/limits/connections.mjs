// Limits of connections: how many there may be, how long they may be silent, what a frame may be. Each runs
// into its limit once, on a server of its own, which it returns.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { http } from '../../support/http.mjs';
import { signUp } from '../../support/people.mjs';
import { frame, OP, Raw } from '../../support/raw.mjs';
import { SLOW, within } from '../../support/server.mjs';
import { serveTls } from '../../support/tls.mjs';
import { flags, rawSocket, withLimits } from './limited.mjs';

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

export const connections = {
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
    async frame_bytes(t) {
        const server = await withLimits(t, { frame_bytes: 1024 });
        const raw = await rawSocket(t, await signUp(server));
        raw.write(frame(OP.TEXT, 'x'.repeat(2000)));
        assert.equal(await raw.closeCode(), 1009);
        return server;
    },
    async tls_handshake_s(t) {
        const server = await serveTls(t, { trust: false, args: flags({ tls_handshake_s: 1 }) });
        const wire = connect(server.port, '127.0.0.1');
        t.after(() => wire.destroy());
        await within(10_000 * SLOW, 'the end', once(wire.resume(), 'close'));
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
};
