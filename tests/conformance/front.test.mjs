// Behind nginx and HAProxy: both sides must see the same requests, whatever a client sends.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startHaproxy, startNginx } from '../support/front.mjs';
import { expectStatus, http } from '../support/http.mjs';
import { freshNonce, PASSWORD, signIn, signUp, text } from '../support/people.mjs';
import { Raw } from '../support/raw.mjs';
import { serve, SLOW } from '../support/server.mjs';
import { accepted, refused } from './http_cases.mjs';

const CLIENT = '127.0.0.5';
const server = await serve({ after }, { args: ['--trust-proxy', '127.0.0.1', '--workers', '1'] });
const fronts = { nginx: await startNginx({ after }, server), HAProxy: await startHaproxy({ after }, server) };
const pause = (ms) => new Promise((done) => { setTimeout(done, ms * SLOW); });

/** Whole requests that the server has seen; this one is not counted. */
let asked = 0;
async function seen() {
    const { bytes } = await http(server, 'GET', '/metrics');
    return Number(/^natternet_requests_total\{worker="0"\} (\d+)$/m.exec(bytes.toString())[1]) - ++asked;
}

/** What the server refuses before it is a request. */
const NO_REQUEST = new Set(['400', '408', '413', '414', '417', '421', '431', '501', '502', '504', '505']);
const forwarded = async (front) => (await front.forwarded()).filter((status) => !NO_REQUEST.has(status)).length;

/** The answers to what is sent, until the front end closes or has nothing more to say. */
async function exchange(front, bytes) {
    const wire = await Raw.connect(front);
    wire.write(Buffer.from(bytes, 'latin1'));
    for (let quiet = 0, before = 0; quiet < 6 && !wire.ended; quiet++) {
        await pause(25);
        if (wire.bytes.length !== before)
            quiet = 0;
        before = wire.bytes.length;
    }
    const said = wire.bytes.toString('latin1');
    wire.destroy();
    return [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

/** Somebody who comes by a front end from CLIENT. */
async function from(front, headers = {}) {
    const { user } = await signUp(front);
    return signIn(front, user.username, PASSWORD, { localAddress: CLIENT, headers });
}

/** What the server takes for the address of a person's session. */
async function addressOf(person) {
    const { sessions } = expectStatus(await person.get('/sessions'), 200);
    return sessions.find((one) => one.current).address;
}

const NEXT = 'GET /healthz HTTP/1.1\r\nHost: chat.example.org\r\nConnection: close\r\n\r\n';

for (const [name, front] of Object.entries(fronts)) {
    test(`${name} and the server see the same requests`, async (t) => {
        let [seenBefore, forwardedBefore] = [await seen(), await forwarded(front)];
        const differ = [];
        for (const [shape, bytes] of [...refused, ...accepted]) {
            const statuses = await exchange(front, bytes + NEXT);
            for (let n = 0; n < 2; n++) {
                const { status } = await http(front, 'GET', '/healthz');
                assert.equal(status, 200, `${shape}: the next client got another's answer`);
            }
            let one, other;
            for (let tries = 0; tries < 40; tries++) {
                one = await seen() - seenBefore;
                other = await forwarded(front) - forwardedBefore;
                if (one === other)
                    break;
                await pause(25);
            }
            assert.equal(one, other, `${shape}: the server saw ${one} requests, ${name} sent ${other}; answers ${statuses}`);
            [seenBefore, forwardedBefore] = [seenBefore + one, forwardedBefore + other];
            if (statuses[0] < 400 || statuses[0] === 404)
                differ.push(shape);
        }
        t.diagnostic(`made harmless by ${name}, or accepted: ${differ.join('; ')}`);
    });

    test(`${name}: people chat through it, and are who they are`, async () => {
        const [ann, bob] = [await from(front), await signUp(front)];
        const room = await ann.createGroup('behind', [bob]);
        const [hers, his] = [await ann.connect({ localAddress: CLIENT }), await bob.connect({ by: 'header' })];
        await hers.call('message.send', { room: room.id, nonce: freshNonce(), content: text('through it') });
        assert.equal((await his.next('message.created')).message.content.text, 'through it');
        assert.equal(await addressOf(ann), CLIENT);
        hers.wire.terminate();
        his.wire.terminate();
    });

    test(`${name}: what a client says of itself is not believed`, async () => {
        const liar = await from(front, {
            'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9;proto=https', 'x-forwarded-proto': 'https' });
        assert.equal(await addressOf(liar), CLIENT);
    });

    test(`${name}: by TLS the origin is https and the cookie Secure`, async () => {
        const origin = front.secure.url;
        const ask = (where, from) => http(where, 'POST', '/api/v1/auth/signup', {
            headers: { origin: from }, body: { username: `s${freshNonce().slice(0, 8)}`, password: 'correct horse battery', cookie: true } });
        const signedUp = await ask(front.secure, origin);
        expectStatus(signedUp, 201);
        const [cookie] = signedUp.headers['set-cookie'];
        assert.match(cookie, /; Secure/);
        const again = (where, from) => http(where, 'POST', '/api/v1/auth/refresh',
            { headers: { origin: from, cookie: cookie.split(';')[0] }, body: {} });
        expectStatus(await again(front.secure, `http://127.0.0.1:${front.tlsPort}`), 403);
        expectStatus(await again(front.secure, origin), 200);
        const plain = await ask(front, front.url);
        expectStatus(plain, 201);
        assert.doesNotMatch(plain.headers['set-cookie'][0], /Secure/);
    });
}
