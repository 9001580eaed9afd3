// When there are no descriptors left, newcomers are told so; those who are in suffer nothing. And
// clients that stall, reset or trickle cost nobody else anything.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectStatus, http } from '../support/http.mjs';
import { metrics } from '../support/metrics.mjs';
import { freshNonce, signUpMany, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve, SLOW } from '../support/server.mjs';

const HOST = 'Host: x\r\n';
const pause = (ms) => new Promise((done) => { setTimeout(done, ms * SLOW); });

/** The chat of two goes on: each message is answered and heard before the next is sent. */
async function chat(hers, his, room, messages) {
    for (let n = 0; n < messages; n++) {
        const words = `${n} ${freshNonce()}`;
        await hers.call('message.send', { room: room.id, nonce: freshNonce(), content: text(words) });
        while ((await his.next('message.created')).message.content.text !== words)
            ;
    }
}

async function twoPeople(server) {
    const [ann, bob] = await signUpMany(server, 2);
    const room = await ann.createGroup('inside', [bob]);
    const [hers, his] = [await ann.connect(), await bob.connect()];
    return { hers, his, room };
}

test('no descriptors: who is in goes on, who comes is told, and served when there are some again', async (t) => {
    const server = await serve(t, { wrap: ['prlimit', '--nofile=100:100'], args: ['--workers', '1', '--limit', 'http_head_s=60'] });
    const { hers, his, room } = await twoPeople(server);
    const crowd = await Promise.all(Array.from({ length: 150 }, () => Raw.connect(server)));
    t.after(() => crowd.forEach((one) => one.destroy()));
    await pause(200);
    await chat(hers, his, room, 50);
    const outside = await http(server, 'GET', '/healthz');
    expectStatus(outside, 503);
    assert.match(outside.headers['retry-after'], /^\d+$/);
    crowd.forEach((one) => one.destroy());
    for (;;) { // until the server has seen them go
        const { status } = await http(server, 'GET', '/healthz');
        if (status === 200)
            break;
        assert.equal(status, 503);
    }
    await chat(hers, his, room, 5);
    const { natternet_loop_turns_total: turns } = await metrics(server); // asked last: a connection that is kept would be served
    assert.ok(turns < 5000, `${turns} turns of the loop; one that spins makes a hundred thousand a second`);
});

/** Two hundred who send a beginning and no end: some go at once, the others are returned. */
async function crowdOfSlow(t, server) {
    const body = `POST /api/v1/auth/signin HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{`;
    const beginnings = ['', 'GET /healthz HTTP/1.1\r\nHo', body, `GET /healthz HTTP/1.1\r\n${HOST}`];
    const slow = [];
    for (let n = 0; n < 200; n++) {
        const wire = await Raw.connect(server);
        wire.write(beginnings[n % beginnings.length]);
        if (n % 3 === 0)
            wire.wire.resetAndDestroy();
        else
            slow.push(wire);
    }
    t.after(() => slow.forEach((one) => one.destroy()));
    const trickle = setInterval(() => slow.forEach((one) => one.ended || one.write('x')), 200);
    t.after(() => clearInterval(trickle));
    return slow;
}

test('clients that stall, reset and trickle hurt nobody', async (t) => {
    const server = await serve(t, { args: ['--workers', '1', '--limit', 'http_head_s=600', '--limit', 'http_body_s=600'] });
    const { hers, his, room } = await twoPeople(server);
    const slow = await crowdOfSlow(t, server);
    await chat(hers, his, room, 100);
    assert.ok(slow.every((one) => !one.ended), 'all was heard while they were there');
});

test('clients that stall and trickle are let go when their time is over', async (t) => {
    const server = await serve(t, { args: ['--workers', '1', '--limit', 'http_head_s=2', '--limit', 'http_body_s=2'] });
    await Promise.all((await crowdOfSlow(t, server)).map((one) => one.end()));
    expectStatus(await http(server, 'GET', '/healthz'), 200);
});

test('requests that never end are bounded in memory: the slowest goes first', async (t) => {
    const server = await serve(t, { args: ['--workers', '1', '--limit', 'http_reading_bytes=1048576', '--limit', 'http_body_s=60'] });
    const begin = async () => {
        const wire = await Raw.connect(server);
        t.after(() => wire.destroy());
        wire.write(`POST /api/v1/auth/signin HTTP/1.1\r\n${HOST}Content-Length: 60001\r\n\r\n${'x'.repeat(60000)}`);
        return wire;
    };
    const wires = [];
    for (let n = 0; n < 40; n++)
        wires.push(await begin());
    const { status, headers } = await wires[0].response();
    assert.equal(status, 503);
    assert.ok(headers['retry-after']);
    wires.at(-1).write('x');
    assert.equal((await wires.at(-1).response()).status, 400, 'the last to come is read, and is no JSON');
});
